"""Calls functions in a student's notebook, with time limits, and explains what went wrong in one sentence.

Hidden tests use it through ``Student``, which has no methods of its own.
"""

from __future__ import annotations

import builtins
import math
import re
import time
from collections.abc import Callable
from typing import Any, TypeVar

from autograder.errors import AssignmentError
from autograder.results.disclosure import SENTENCE_BITS, UNFINISHED_BITS
from autograder.results.failure import Failure
from autograder.sandbox.host.zygote import Gone, Peer, Raised, Reply

_CELL = re.compile(r"<ipython-input-(\d+)-")
_KNOWN_EXCEPTIONS = {
    name for name, kind in vars(builtins).items() if isinstance(kind, type) and issubclass(kind, BaseException)
}
_KNOWN_EXCEPTIONS |= {"LinAlgError", "AxisError", "SympifyError"}
"""Exceptions that may be named to students; the name of a class that they define could repeat a hidden input."""

_EXCEPTION_BITS, _PLACE_BITS = math.log2(len(_KNOWN_EXCEPTIONS) + 1), 12
"""Of an exception and of a quoted line in a message: a notebook has at most about 4,000 lines that may be quoted."""

_STUB = "NotImplementedError"
"""What a released answer raises."""
_NOT_WRITTEN = "the file of this test could not be written to the notebook's folder"
_NO_COPY = {
    "time": "it did not answer in time",
    "died": "it has ended",
    "wire": "its answer cannot be read",
    "copy": "it has too many processes or open files",
}

T = TypeVar("T")

Locate = Callable[[int, int], str]
"""Returns a line of a cell, by execution number and line number, from the trusted copy of the notebook."""


class StudentError(Failure):
    """Raised when the student's code returns no value: it raised, took too long, or the name is not defined.

    Uncaught, it fails the test. ``bases`` names the class of the student's exception and its base classes. That
    exception's message may repeat a hidden input, so it is in ``detail``, for instructors.
    """

    def __init__(
        self,
        reason: str,
        *,
        hint: str = "",
        detail: str = "",
        bases: tuple[str, ...] = (),
        bits: float = 0.0,
        stopped: str = "exception",
    ) -> None:
        super().__init__(reason, hint, detail, bits=bits, stopped=stopped)
        self.bases = bases


class StudentProcess:
    """The process in which a student's notebook has run; calls go to a copy of it, which is replaced when it dies.

    ``fork`` makes a copy. A call may take ``seconds``, and none continues after ``deadline``, a time.monotonic() time.
    ``locate`` returns the line of a cell where an exception was raised, ``why_undefined`` why a name is not defined.
    """

    def __init__(
        self,
        fork: Callable[[], Peer],
        *,
        seconds: float,
        locate: Locate,
        deadline: float = math.inf,
        why_undefined: Callable[[str], str] = lambda name: "",
    ) -> None:
        self._usual_seconds = seconds
        self._fork, self._seconds, self._locate, self._deadline = fork, seconds, locate, deadline
        self._why_undefined = why_undefined
        self._copy: Peer | None = None
        self._in_call = False

    def allow(self, seconds: float | None) -> None:
        """Sets how long each call may take from now on; None restores the assignment's limit."""
        self._seconds = seconds or self._usual_seconds

    def call(
        self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any], *, observe: bool = False, collect: bool = False
    ) -> Reply:
        """Calls the function ``name``.

        ``observe`` returns the arguments as they are after the call, ``collect`` turns an iterator into a list.

        Raises StudentError when no value is returned, AssignmentError while another call is in progress, and the first
        exception of a trusted function among the arguments that is not due to what the student passed to it.
        """

        def send(peer: Peer, seconds: float) -> Reply:
            return peer.call(name, args, kwargs, seconds=seconds, observe=observe, collect=collect)

        return self._value_or_error(name, self._request(name, send))

    def read(self, name: str) -> Any:
        """Reads the variable ``name``; raises StudentError when it is not defined, AssignmentError as a call does."""
        reply = self._request(name, lambda peer, seconds: peer.get(name, seconds=seconds))
        return self._value_or_error(name, reply).value

    def put_file(self, name: str, data: bytes) -> None:
        """Writes a file to the working folder of the process.

        Raises StudentError when it cannot be written, and AssignmentError as a call does.
        """
        try:
            written = self._request(name, lambda peer, seconds: peer.put_file(name, data, seconds=seconds))
        except StudentError as error:
            raise StudentError(_NOT_WRITTEN) from error
        if not written:
            raise StudentError(_NOT_WRITTEN)

    def close(self) -> None:
        """Ends the copy; the next call makes a new one."""
        if self._copy is not None:
            self._copy.close()
            self._copy = None

    def _request(self, name: str, send: Callable[[Peer, float], T]) -> T:
        """Calls ``send`` with the copy, forked if necessary, and the seconds left; ``name`` is for the messages."""
        if self._in_call:  # the copy waits for the value of that function and would mistake a request for it
            raise AssignmentError(
                f"a function that was passed to the student's code uses `{name}` while that code runs; "
                "use it before the call, or pass the student's function itself"
            )
        seconds = min(self._seconds, self._deadline - time.monotonic())
        if seconds <= 0:
            raise StudentError("the time for the whole submission was up before this test could run")
        copy = self._get_copy()
        try:
            self._in_call = True
            return send(copy, seconds)
        except Gone as gone:
            raise _ended_error(name, gone, self._seconds) from None
        finally:
            self._in_call = False

    def _get_copy(self) -> Peer:
        """Returns the copy that answers calls, a new one if necessary; raises StudentError when it cannot be made."""
        if self._copy is None or self._copy.gone:
            self.close()
            try:
                self._copy = self._fork()
            except Gone as gone:
                raise StudentError(f"the notebook's process could not be copied: {_NO_COPY[gone.why]}") from None
        return self._copy

    def _value_or_error(self, name: str, reply: Reply) -> Reply:
        """Returns a reply that carries a value; raises StudentError, saying what happened instead, for any other."""
        if reply.undefined:
            why = self._why_undefined(name) or "its cell is missing or unfinished, or raised an exception first"
            raise _unanswered(f"`{name}`") if _STUB in why else StudentError(f"`{name}` is not defined; {why}")
        if reply.interrupted:
            raise StudentError(_too_long(name, self._seconds), hint="Look for a loop that never ends.")
        if reply.raised is not None:
            raise _exception_error(name, reply.raised, self._locate)
        return reply


def _ended_error(name: str, gone: Gone, seconds: float) -> StudentError:
    if gone.why == "time":
        return StudentError(_too_long(name, seconds), hint="Look for a loop that never ends.")
    if gone.why == "wire":
        return StudentError(f"`{name}` returned something that cannot be read", detail="bad frame")
    hint = "It ran out of memory, exited, or crashed."
    return StudentError(f"`{name}` ended the whole Python process", hint=hint)


def _too_long(name: str, seconds: float) -> str:
    return f"`{name}` did not return within {seconds:g} s"


def _exception_error(name: str, raised: Raised, locate: Locate) -> StudentError:
    kind = raised.bases[0]
    detail = f"{kind}: {raised.message}"
    if kind == _STUB:
        # A function of a supporting file is the course's: what is missing is the answer that it calls.
        return _unanswered(f"an answer that `{name}` calls" if "." in name else f"`{name}`", detail, raised.bases)
    shown = next((base for base in raised.bases if base in _KNOWN_EXCEPTIONS), "an exception")
    number = _CELL.match(raised.cell)
    line = locate(int(number[1]), raised.line) if number else ""
    where, bits = (f", at `{line}`", _EXCEPTION_BITS + _PLACE_BITS) if line else ("", _EXCEPTION_BITS)
    return StudentError(f"`{name}` raised {shown}{where}", detail=detail, bases=raised.bases, bits=bits)


def _unanswered(what: str, detail: str = "", bases: tuple[str, ...] = ()) -> StudentError:
    reason, bits = f"{what} is not implemented yet", float(UNFINISHED_BITS - SENTENCE_BITS)
    return StudentError(reason, detail=detail, bases=bases, bits=bits, stopped="unanswered")
