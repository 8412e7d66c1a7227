"""The fixture of hidden tests: ``student.softmax(x)`` runs in the sandbox, a plain value comes back."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.protocol.arrays import Tensor, from_torch
from autograder.protocol.channel import as_received
from autograder.protocol.values import Handle
from autograder.sandbox.host.zygote import Reply
from autograder.testing.compare import fail, same_bytes
from autograder.testing.process import StudentError, StudentProcess

_MISSING = object()


@dataclass(frozen=True)
class Call:
    """What an observed call did: what it returned, what became of its arguments, and how long it took."""

    value: Any
    """What it returned; where that is an iterator, the list of all that it yields."""
    arguments: tuple[Any, ...]
    """The positional arguments, read back after the call."""
    keywords: dict[str, Any]
    """The keyword arguments, read back after the call."""
    sent: tuple[Any, ...]
    """The positional arguments in the form in which they come back when the call leaves them alone."""
    sent_keywords: dict[str, Any]
    """The keyword arguments in that form."""
    seconds: float


class Function:
    """A function of the student's, by name."""

    def __init__(self, process: StudentProcess, name: str) -> None:
        self._process, self.__name__ = process, name

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The value; raises StudentError when the call did not return."""
        return self._ask(args, kwargs).value

    def collect(self, *args: Any, **kwargs: Any) -> Any:
        """The value; where it is an iterator (a generator, say) the list of all that it yields."""
        return self._ask(args, kwargs, collect=True).value

    def observe(self, *args: Any, **kwargs: Any) -> Call:
        """Calls it, to the end of what it yields, and reads the arguments back."""
        sent, sent_keywords = as_received((args, kwargs), _leave_out, _revive_sent)
        start = time.monotonic()
        reply = self._ask(args, kwargs, observe=True, collect=True)
        seconds = time.monotonic() - start
        return Call(reply.value, reply.arguments, reply.keywords, sent, sent_keywords, seconds)

    def _ask(self, args: tuple[Any, ...], kwargs: dict[str, Any], **how: bool) -> Reply:
        args, kwargs = _with_handles(args), _with_handles(kwargs)
        return self._process.call(self.__name__, args, kwargs, **how)


def _leave_out(value: Any) -> list[Any]:
    return ["x"]


def _revive_sent(tag: str, rest: list[Any]) -> Any:
    """A tensor as plain data; a handle for what does not come back: functions, handles, generators, stored arrays."""
    return rest[0] if tag == "T" else Handle(-1, "")


def _with_handles(value: Any) -> Any:
    """The arguments with a handle in the place of each function of the student's, however deep it stands.

    Sent as it is, a :class:`Function` would be taken for a trusted function that calls the student.
    """
    if isinstance(value, Function):
        return value._process.read(value.__name__)
    if isinstance(value, dict):
        return {_with_handles(key): _with_handles(item) for key, item in value.items()}
    for kind in (tuple, list, set, frozenset):
        if isinstance(value, kind):
            return kind(map(_with_handles, value))
    return value


class Imported:
    """A module in the student's process; attributes are its functions."""

    def __init__(self, process: StudentProcess, module: str) -> None:
        self._process, self._module = process, module

    def __getattr__(self, name: str) -> Function:
        if name.startswith("_"):
            raise AttributeError(name)
        return Function(self._process, f"{self._module}.{name}")


class Student:
    """The student's notebook after its cells have run: ``student.f`` is its function, ``student["x"]`` its variable.

    Every attribute is the student's, whatever it is called; what a test does besides is a function that takes the
    student, such as :func:`put_file`. A name that starts with an underscore is read as an item.
    """

    def __init__(self, process: StudentProcess) -> None:
        self._process = process

    def __getattr__(self, name: str) -> Function:
        if name.startswith("_"):
            raise AttributeError(name)
        return Function(self._process, name)

    def __getitem__(self, name: str) -> Any:
        return self._process.read(name)


def imported(student: Student, module: str) -> Imported:
    """A file that was handed out beside the notebook, as a module: ``imported(student, "probes").twice(student.f)``.

    Its functions are called in the student's process, under the names that the file gives them, whatever the notebook
    itself calls by those names.
    """
    return Imported(student._process, module)


def put_file(student: Student, name: str, data: bytes) -> None:
    """Writes a file into the working folder of the student's process, for a function that reads one.

    Raises StudentError when it cannot be written there.
    """
    student._process.put_file(name, data)


class Watched:
    """A function that remembers its calls; made by :func:`watch`."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function
        self.__name__ = getattr(function, "__name__", "f")
        self.points: list[Any] = []

    @property
    def count(self) -> int:
        """How often it was called."""
        return len(self.points)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        self.points.append(args[0] if args else None)
        return self._function(*args, **kwargs)


def watch(function: Callable[..., Any]) -> Watched:
    """Wraps a trusted function so that the test sees ``.count`` and ``.points``, the first argument of each call."""
    return Watched(function)


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


def assert_unchanged(call: Call, *which: int | str, hint: str = "") -> None:
    """Fails if an observed call changed one of its arguments, byte for byte.

    ``which`` says what to look at: the position of an argument, from 0, or the name of one that was passed by keyword;
    all of both when there is none. An argument is compared in the form in which it travels (an OrderedDict is a dict,
    a ``>f8`` array has native byte order), so that only the student's code can have changed it.

    Not compared are functions, handles, arrays of ``data.given`` and SymPy expressions, also inside other arguments,
    and random generators: one that has been drawn from counts as unchanged.

    Raises LookupError when the call was given no such argument.
    """
    for one in which or (*range(len(call.sent)), *call.sent_keywords):
        before = _argument(one, call.sent, call.sent_keywords)
        if before is _MISSING:
            raise LookupError(f"the call was given no argument {one!r}")
        if not same_bytes(before, _argument(one, call.arguments, call.keywords)):
            what = "array" if isinstance(before, np.ndarray) else "argument"
            name = f"`{one}`" if isinstance(one, str) else f"argument {one + 1}"
            fail(f"the caller's {what} ({name}) was changed by the call", hint)


def _argument(which: int | str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    if isinstance(which, str):
        return kwargs.get(which, _MISSING)
    return args[which] if 0 <= which < len(args) else _MISSING
