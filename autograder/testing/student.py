"""What hidden tests do with a student's notebook: call its functions, read its variables, judge what a call did.

``student.softmax(x)`` runs in the sandbox, and its value comes back as plain data.
"""

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
    """How long the call took, with the way there and back."""


class Function:
    """A function of the student's. Calling it runs it in the sandbox; as an argument it is the function itself.

    Arguments travel by value. Raises StudentError when the call does not return a value, and WireError when an argument
    cannot be sent.
    """

    def __init__(self, process: StudentProcess, name: str) -> None:
        self._process, self.__name__ = process, name

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        """Calls it and returns the value."""
        return self._call(args, kwargs).value

    def collect(self, /, *args: Any, **kwargs: Any) -> Any:
        """Calls it and returns the value, or the list of what it yields when that is an iterator (a generator, say)."""
        return self._call(args, kwargs, collect=True).value

    def observe(self, /, *args: Any, **kwargs: Any) -> Call:
        """Calls it as :meth:`collect` does, and reads the arguments back after the call."""
        sent, sent_keywords = as_received((args, kwargs), _encode_as_handle, _decode_sent)
        start = time.monotonic()
        reply = self._call(args, kwargs, observe=True, collect=True)
        seconds = time.monotonic() - start
        return Call(reply.value, reply.arguments, reply.keywords, sent, sent_keywords, seconds)

    def _call(self, args: tuple[Any, ...], kwargs: dict[str, Any], **how: bool) -> Reply:
        args, kwargs = _with_handles(args), _with_handles(kwargs)
        return self._process.call(self.__name__, args, kwargs, **how)


def _encode_as_handle(value: Any) -> list[Any]:
    """Whatever the wire has no form for, a function, say, stays where it is and is not compared."""
    return ["x"]


def _decode_sent(tag: str, rest: list[Any]) -> Any:
    """The tensor as plain data; a handle, which is not compared, for functions, generators and stored arrays."""
    return rest[0] if tag == "T" else Handle(-1, "")


def _with_handles(value: Any) -> Any:
    """The arguments with a handle in place of each function of the student's, at any depth.

    Sent as it is, a :class:`Function` would pass for a trusted function, which the student's code would call back.
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
    """A module in the student's process; its attributes are functions, as those of :class:`Student` are."""

    def __init__(self, process: StudentProcess, module: str) -> None:
        self._process, self._module = process, module

    def __getattr__(self, name: str) -> Function:
        if name.startswith("_"):
            raise AttributeError(name)
        return Function(self._process, f"{self._module}.{name}")


class Student:
    """The student's notebook after its cells have run: ``student.f(x)`` calls, ``student["x"]`` reads a variable.

    Every attribute is a function of the student's, whatever its name, so there are no methods: see :func:`put_file` and
    :func:`imported`. A name that starts with an underscore is an item only: ``student["_x"]``.

    Raises StudentError when the notebook does not define the variable.
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
    """Returns a file beside the notebook as a module: ``imported(student, "probes").twice(student.f)``.

    ``module`` is the name of the file without ``.py``. Its functions run in the student's process; a function of the
    same name in the notebook does not hide them.
    """
    return Imported(student._process, module)


def put_file(student: Student, name: str, data: bytes) -> None:
    """Writes ``data`` to the file ``name`` in the working folder of the notebook, for a function that reads it.

    Raises StudentError when the file cannot be written.
    """
    student._process.put_file(name, data)


class Watched:
    """A function that records its calls; made by :func:`watch`.

    ``points`` holds the first argument of each call, None for a call without one.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function
        self.__name__ = getattr(function, "__name__", "f")
        self.points: list[Any] = []

    @property
    def count(self) -> int:
        """The number of calls."""
        return len(self.points)

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        self.points.append(args[0] if args else None)
        return self._function(*args, **kwargs)


def watch(function: Callable[..., Any]) -> Watched:
    """Wraps a trusted function to record its calls: ``.count``, and ``.points``, the first argument of each."""
    return Watched(function)


def on_device(value: Any, device: str) -> Tensor:
    """Returns an argument that the student's function gets as a torch tensor on ``device`` ("cpu" or "cuda").

    ``value`` is an array or a torch tensor; the dtype stays the same.
    """
    array = value if isinstance(value, np.ndarray) else from_torch(value).array
    dtype = array.dtype.name if isinstance(value, np.ndarray) else str(value.dtype).removeprefix("torch.")
    return Tensor(array, dtype, device, requires_grad=False)


def assert_raises(exception: type[BaseException], function: Callable[..., Any], *args: Any, hint: str = "") -> None:
    """Fails unless ``function(*args)``, a function of the student's, raises ``exception`` or a subclass of it.

    An answer that is not written yet raises NotImplementedError, which is a RuntimeError; it counts only when
    NotImplementedError itself is expected.
    """
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
    """Fails unless the arguments of an observed call are byte for byte what they were before it.

    ``which`` selects arguments: by position, from 0, or by name when they were passed as keywords; all by default. They
    are compared in the form in which they travel (an OrderedDict is a dict, a ``>f8`` array has native byte order), so
    that a difference is the student's doing.

    Functions, handles, public data, SymPy expressions and random generators are not compared, also where
    they stand inside another argument: drawing numbers from a generator does not count as a change.

    Raises LookupError when the call was given no such argument.
    """
    for key in which or (*range(len(call.sent)), *call.sent_keywords):
        before = _argument(key, call.sent, call.sent_keywords)
        if before is _MISSING:
            raise LookupError(f"the call was given no argument {key!r}")
        if not same_bytes(before, _argument(key, call.arguments, call.keywords)):
            what = "array" if isinstance(before, np.ndarray) else "argument"
            name = f"`{key}`" if isinstance(key, str) else f"argument {key + 1}"
            fail(f"the caller's {what} ({name}) was changed by the call", hint)


def _argument(key: int | str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    if isinstance(key, str):
        return kwargs.get(key, _MISSING)
    return args[key] if 0 <= key < len(args) else _MISSING
