"""The student's process as the engine talks to it: asked, given time, replaced when it dies.

Hidden tests never hold a :class:`StudentProcess`; they hold a ``Student``, whose attributes are all the student's.
"""

from __future__ import annotations

import builtins
import math
import re
import time
from collections.abc import Callable
from typing import Any, TypeVar

from autograder.errors import AssignmentError
from autograder.sandbox.host.zygote import Gone, Peer, Raised, Reply
from autograder.testing.compare import Failure

_CELL = re.compile(r"<ipython-input-(\d+)-")
_EXCEPTIONS = {
    name for name, kind in vars(builtins).items() if isinstance(kind, type) and issubclass(kind, BaseException)
}
_EXCEPTIONS |= {"LinAlgError", "AxisError", "SympifyError"}

T = TypeVar("T")

Locate = Callable[[int, int], str]
"""The text of a line of a cell, by execution number and line, from the trusted copy of the notebook."""


class StudentError(Failure):
    """What went wrong while the student's code ran: an exception, a deadline, a missing name.

    Uncaught, it fails the test. ``bases`` names the exception's class and its bases; the message may repeat a
    hidden input, so it is kept in ``detail``, for the instructor.
    """

    def __init__(self, reason: str, *, hint: str = "", detail: str = "", bases: tuple[str, ...] = ()) -> None:
        super().__init__(reason, hint, detail)
        self.bases = bases


class StudentProcess:
    """The process in which the student's notebook has run; every question goes to a copy of it.

    ``fork`` makes a copy; one that died is replaced by a fresh one. A call may take ``seconds``, and none goes beyond
    the ``deadline`` of the submission. ``locate`` and ``why_undefined`` put what went wrong into words.
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
        self._waiting = False

    def allow(self, seconds: float | None) -> None:
        """How long each call may take from now on; None is the assignment's limit."""
        self._seconds = seconds or self._usual_seconds

    def call(
        self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any], *, observe: bool = False, collect: bool = False
    ) -> Reply:
        """Calls the function of that name; raises StudentError unless a value came back."""

        def send(peer: Peer, seconds: float) -> Reply:
            return peer.call(name, args, kwargs, seconds=seconds, observe=observe, collect=collect)

        return self._checked(name, self._send(name, send))

    def read(self, name: str) -> Any:
        """The variable of that name; raises StudentError when there is none."""
        return self._checked(name, self._send(name, lambda peer, seconds: peer.get(name, seconds=seconds))).value

    def put_file(self, name: str, data: bytes) -> None:
        """Writes a file into the working folder; raises StudentError when it cannot be written."""
        try:
            self._send(name, lambda peer, seconds: peer.put_file(name, data, seconds=seconds))
        except StudentError as error:
            raise StudentError("the file of this test could not be written in the folder of the notebook") from error

    def close(self) -> None:
        """Ends the copy; the next question goes to a fresh one."""
        if self._copy is not None:
            self._copy.close()
            self._copy = None

    def _send(self, name: str, send: Callable[[Peer, float], T]) -> T:
        if self._waiting:  # the student's process waits for that function's answer and cannot be asked for anything
            raise AssignmentError(
                f"a function that was passed to the student's code asks for `{name}` while that code runs; "
                "do this before the call, or pass the student's function itself"
            )
        seconds = min(self._seconds, self._deadline - time.monotonic())
        if seconds <= 0:
            raise StudentError("the time for the whole submission was up before this could be asked")
        try:
            if self._copy is None or self._copy.gone:
                self.close()
                self._copy = self._fork()
            self._waiting = True
            return send(self._copy, seconds)
        except Gone as gone:
            raise _gone(name, gone, self._seconds) from None
        finally:
            self._waiting = False

    def _checked(self, name: str, reply: Reply) -> Reply:
        if reply.undefined:
            why = self._why_undefined(name) or "its cell is missing, unfinished, or raised before it got there"
            raise StudentError(f"`{name}` is not defined; {why}")
        if reply.interrupted:
            raise StudentError(_too_long(name, self._seconds), hint="Look for a loop that never ends.")
        if reply.raised is not None:
            raise _raised(name, reply.raised, self._locate)
        return reply


def _gone(name: str, gone: Gone, seconds: float) -> StudentError:
    if gone.why == "time":
        return StudentError(_too_long(name, seconds), hint="Look for a loop that never ends.")
    if gone.why == "wire":
        return StudentError(f"`{name}` returned something that cannot be read", detail="bad frame")
    hint = "It ran out of memory, exited, or crashed."
    return StudentError(f"`{name}` ended the whole Python process", hint=hint)


def _too_long(name: str, seconds: float) -> str:
    return f"`{name}` did not return within {seconds:g} s"


def _raised(name: str, raised: Raised, locate: Locate) -> StudentError:
    kind = raised.bases[0]
    detail = f"{kind}: {raised.message}"
    if kind == "NotImplementedError":
        return StudentError(f"`{name}` is not answered yet", detail=detail, bases=raised.bases)
    shown = next((base for base in raised.bases if base in _EXCEPTIONS), "an exception")
    number = _CELL.match(raised.cell)
    line = locate(int(number[1]), raised.line) if number else ""
    where = f", at `{line}`" if line else ""
    return StudentError(f"`{name}` raised {shown}{where}", detail=detail, bases=raised.bases)
