"""The fixture of hidden tests: ``student.softmax(x)`` runs in the sandbox, a plain value comes back."""

from __future__ import annotations

import builtins
import copy
import math
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from autograder.protocol.arrays import Tensor, from_torch
from autograder.sandbox.host.zygote import Gone, Peer, Raised, Reply
from autograder.testing.compare import Failure, fail, same_bytes

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


@dataclass(frozen=True)
class Call:
    """What an observed call did: its value, the arguments as they are afterwards and as they were, its duration."""

    value: Any
    arguments: tuple[Any, ...]
    keywords: dict[str, Any]
    sent: tuple[Any, ...]
    seconds: float


class Function:
    """A function of the student's, by name."""

    def __init__(self, student: Student, name: str) -> None:
        self._student, self.__name__ = student, name

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The value; raises StudentError when the call did not return."""
        return self._student.ask(self.__name__, args, kwargs).value

    def collect(self, *args: Any, **kwargs: Any) -> Any:
        """The value; where it is an iterator (a generator, say) the list of all that it yields."""
        return self._student.ask(self.__name__, args, kwargs, collect=True).value

    def observe(self, *args: Any, **kwargs: Any) -> Call:
        """Calls it, to the end of what it yields, and reads the arguments back."""
        sent = copy.deepcopy(tuple(None if callable(arg) else arg for arg in args))
        start = time.monotonic()
        reply = self._student.ask(self.__name__, args, kwargs, observe=True, collect=True)
        seconds = time.monotonic() - start
        return Call(reply.value, reply.arguments, reply.keywords, sent, seconds)


class Imported:
    """A module in the student's process; attributes are its functions."""

    def __init__(self, student: Student, module: str) -> None:
        self._student, self._module = student, module

    def __getattr__(self, name: str) -> Function:
        return Function(self._student, f"{self._module}.{name}")


class Student:
    """The student's notebook after its cells have run; attributes are functions, items are variables.

    ``fork`` gives a copy of the process to ask; a copy that died is replaced by a fresh one.
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

    def __getattr__(self, name: str) -> Function:
        if name.startswith("_"):
            raise AttributeError(name)
        return Function(self, name)

    def imported(self, module: str) -> Imported:
        """A file that was handed out beside the notebook: ``student.imported("probes").twice(student.f, x)``.

        Its functions are asked in the student's process, under the names that the file gives them.
        """
        return Imported(self, module)

    def __getitem__(self, name: str) -> Any:
        return self._checked(name, self._send(name, lambda peer, seconds: peer.get(name, seconds=seconds))).value

    def allow(self, seconds: float | None) -> None:
        """How long each call may take from now on; None is the assignment's limit."""
        self._seconds = seconds or self._usual_seconds

    def put_file(self, name: str, data: bytes) -> None:
        """Writes a file into the working folder of the student's process, for a function that reads one."""
        try:
            self._send(name, lambda peer, seconds: peer.put_file(name, data, seconds=seconds))
        except StudentError as error:
            raise StudentError("the file of this test could not be written in the folder of the notebook") from error

    def ask(
        self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any], *, observe: bool = False, collect: bool = False
    ) -> Reply:
        """One call; raises StudentError unless a value came back. Their own functions go as handles."""
        args = tuple(self[arg.__name__] if isinstance(arg, Function) else arg for arg in args)

        def send(peer: Peer, seconds: float) -> Reply:
            return peer.call(name, args, kwargs, seconds=seconds, observe=observe, collect=collect)

        return self._checked(name, self._send(name, send))

    def close(self) -> None:
        """Ends the copy."""
        if self._copy is not None:
            self._copy.close()
            self._copy = None

    def _send(self, name: str, send: Callable[[Peer, float], T]) -> T:
        seconds = min(self._seconds, self._deadline - time.monotonic())
        if seconds <= 0:
            raise StudentError("the time for the whole submission was up before this could be asked")
        try:
            if self._copy is None or self._copy.gone:
                self.close()
                self._copy = self._fork()
            return send(self._copy, seconds)
        except Gone as gone:
            raise _gone(name, gone, self._seconds) from None

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


def on_device(value: Any, device: str) -> Tensor:
    """The array or tensor as an argument that is a torch tensor on that device in the student's process."""
    array = value if isinstance(value, np.ndarray) else from_torch(value).array
    dtype = array.dtype.name if isinstance(value, np.ndarray) else str(value.dtype).removeprefix("torch.")
    return Tensor(array, dtype, device, requires_grad=False)


def assert_raises(exception: type[BaseException], function: Callable[..., Any], *args: Any, hint: str = "") -> None:
    """Fails unless ``function(*args)``, a student's function, raises ``exception`` or a subclass of it."""
    try:
        function(*args)
    except StudentError as error:
        unanswered = error.bases[:1] == ("NotImplementedError",) and exception is not NotImplementedError
        if exception.__name__ in error.bases and not unanswered:
            return
        fail(f"{error.reason}; it should raise {exception.__name__}", hint)
    name = getattr(function, "__name__", "the function")
    fail(f"`{name}` raised nothing; it should raise {exception.__name__}", hint)


def assert_unchanged(call: Call, *positions: int, hint: str = "") -> None:
    """Fails if an argument of an observed call is not byte for byte what was sent; all of them by default."""
    for position in positions or range(len(call.sent)):
        before = call.sent[position]
        if before is None:
            continue  # a function stays here and cannot change
        after = call.arguments[position] if position < len(call.arguments) else None
        if not same_bytes(before, after):
            what = "array" if isinstance(before, np.ndarray) else "argument"
            fail(f"the caller's {what} (argument {position + 1}) was changed by the call", hint)
