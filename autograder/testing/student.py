"""Lets hidden tests use a student's notebook: call its functions, read its variables, and check what a call did.

``student.softmax(x)`` runs in the sandbox and returns its value as plain data.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.protocol.arrays import Tensor, from_torch
from autograder.protocol.channel import as_received
from autograder.protocol.expressions import Expression
from autograder.protocol.values import Handle
from autograder.results.disclosure import SENTENCE_BITS
from autograder.results.failure import Failure
from autograder.sandbox.host.zygote import Reply
from autograder.testing.compare import fail
from autograder.testing.process import StudentError, StudentProcess

_MISSING = object()


@dataclass(frozen=True)
class Call:
    """The record of an observed call: its value, its arguments before and after, and how long it took."""

    value: Any
    """The value it returned; for an iterator, the list of its items."""
    arguments: tuple[Any, ...]
    """The positional arguments as they were after the call."""
    keywords: dict[str, Any]
    """The keyword arguments as they were after the call."""
    sent: tuple[Any, ...]
    """The positional arguments before the call, in the form in which they come back if nothing changes them."""
    sent_keywords: dict[str, Any]
    """The keyword arguments before the call, in that form."""
    seconds: float
    """How long the call took, including the communication with the sandbox."""


class Function:
    """A function in the student's notebook, which runs in the sandbox when called.

    Arguments are passed by value, except that a ``Function`` stands for the student's function itself. A call raises
    StudentError when it returns no value, and WireError when an argument cannot be sent.
    """

    def __init__(self, process: StudentProcess, name: str) -> None:
        self._process, self.__name__ = process, name

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        """Calls the function and returns its value."""
        return self._call(args, kwargs).value

    def collect(self, /, *args: Any, **kwargs: Any) -> Any:
        """Calls the function and returns its value; an iterator, such as a generator, is turned into a list."""
        return self._call(args, kwargs, collect=True).value

    def observe(self, /, *args: Any, **kwargs: Any) -> Call:
        """Calls the function as :meth:`collect` does, and records what became of the arguments."""
        sent, sent_keywords = as_received((args, kwargs), _encode_as_handle, _decode_sent)
        start = time.monotonic()
        reply = self._call(args, kwargs, observe=True, collect=True)
        seconds = time.monotonic() - start
        return Call(reply.value, reply.arguments, reply.keywords, sent, sent_keywords, seconds)

    def _call(self, args: tuple[Any, ...], kwargs: dict[str, Any], **how: bool) -> Reply:
        args, kwargs = _with_handles(args), _with_handles(kwargs)
        return self._process.call(self.__name__, args, kwargs, **how)


def _encode_as_handle(value: Any) -> list[Any]:
    """Encodes an object that cannot be sent by value, such as a function; it is not compared."""
    return ["x"]


def _decode_sent(tag: str, rest: list[Any]) -> Any:
    """Decodes a tensor as plain data; a function, generator or stored array becomes a handle, which is not compared."""
    return rest[0] if tag == "T" else Handle(-1, "")


def _with_handles(value: Any) -> Any:
    """Replaces each :class:`Function` in the arguments, at any depth, with a handle to the student's function.

    Otherwise it would be sent as a trusted function, which the student's code would call back.
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
    """A module in the student's process; its attributes are functions, like those of :class:`Student`."""

    def __init__(self, process: StudentProcess, module: str) -> None:
        self._process, self._module = process, module

    def __getattr__(self, name: str) -> Function:
        if name.startswith("_"):
            raise AttributeError(name)
        return Function(self._process, f"{self._module}.{name}")


class Student:
    """A student's notebook after its cells have run: ``student.f(x)`` calls, ``student["x"]`` reads a variable.

    Every attribute is a function of the notebook, whatever its name, so this class has no methods: see :func:`put_file`
    and :func:`imported`. A name that starts with an underscore can only be read: ``student["_x"]``.

    Reading raises StudentError when the notebook does not define the variable.
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
    """Returns a module beside the notebook: ``imported(student, "probes").twice(student.f)``.

    ``module`` is the name of the file without ``.py``. Its functions run in the student's process, and are not hidden
    by functions of the same name in the notebook.
    """
    return Imported(student._process, module)


def put_file(student: Student, name: str, data: bytes) -> None:
    """Writes ``data`` to the file ``name`` in the notebook's working folder, for a function that reads a file.

    Raises StudentError when the file cannot be written.
    """
    student._process.put_file(name, data)


class Watched:
    """A function that records its calls; created by :func:`watch`.

    ``points`` holds the first argument of each call, None for a call without one.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        functools.update_wrapper(self, function)  # the student's code may call it with the arguments of `function`
        self._function = function
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
    """Returns an argument that the student's function receives as a torch tensor on ``device`` ("cpu" or "cuda").

    ``value`` is an array or a torch tensor; the dtype stays the same.
    """
    array = value if isinstance(value, np.ndarray) else from_torch(value).array
    dtype = array.dtype.name if isinstance(value, np.ndarray) else str(value.dtype).removeprefix("torch.")
    return Tensor(array, dtype, device, requires_grad=False)


def assert_raises(exception: type[BaseException], function: Callable[..., Any], *args: Any, hint: str = "") -> None:
    """Fails unless the student's ``function(*args)`` raises ``exception`` or a subclass of it.

    An answer that is not implemented yet raises NotImplementedError. That counts only if NotImplementedError itself is
    expected; otherwise the test says, as every other test does, that there is no answer.
    """
    try:
        function(*args)
    except StudentError as error:
        if error.stopped == "unanswered" and exception is not NotImplementedError:
            raise
        if exception.__name__ in error.bases:
            return
        reason = f"{error.reason}; it should raise {exception.__name__}"
        raise Failure(reason, hint, bits=error.bits - SENTENCE_BITS) from None
    name = getattr(function, "__name__", "the function")
    fail(f"`{name}` raised nothing; it should raise {exception.__name__}", hint)


def assert_unchanged(call: Call, *which: int | str, hint: str = "") -> None:
    """Fails unless the arguments of an observed call are byte for byte what they were before it.

    ``which`` selects arguments, by position from 0 or by name for keyword arguments; the default is all. They are
    compared in the form in which they are sent (an OrderedDict as a dict, a ``>f8`` array in native byte order), so any
    difference is the student's doing.

    Functions, handles, public data, SymPy expressions and random generators are not compared, even inside another
    argument: drawing numbers from a generator does not count as a change.

    Raises LookupError when the call had no such argument.
    """
    for key in which or (*range(len(call.sent)), *call.sent_keywords):
        before = _argument(key, call.sent, call.sent_keywords)
        if before is _MISSING:
            raise LookupError(f"the call had no argument {key!r}")
        if not same_bytes(before, _argument(key, call.arguments, call.keywords)):
            what = "array" if isinstance(before, np.ndarray) else "argument"
            name = f"`{key}`" if isinstance(key, str) else f"argument {key + 1}"
            fail(f"the caller's {what} ({name}) was changed by the call", hint)


def _argument(key: int | str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    if isinstance(key, str):
        return kwargs.get(key, _MISSING)
    return args[key] if 0 <= key < len(args) else _MISSING


def same_bytes(before: Any, after: Any) -> bool:
    """Returns whether two values are identical to the last bit; arrays are compared by dtype, shape and bytes.

    Both are values as received from the student's process. A handle or an expression as ``before`` equals anything,
    because neither comes back as it was sent.
    """
    if isinstance(before, Handle | Expression):
        return True
    if type(before) is not type(after):
        return False
    if isinstance(before, Tensor):
        return before.dtype == after.dtype and same_bytes(before.array, after.array)
    if isinstance(before, np.ndarray):
        return bool(before.dtype == after.dtype and before.shape == after.shape and before.tobytes() == after.tobytes())
    if isinstance(before, list | tuple):
        return len(before) == len(after) and all(map(same_bytes, before, after))
    if isinstance(before, dict):
        return same_bytes(list(before.items()), list(after.items()))
    if isinstance(before, set):  # unordered, and each process hashes strings differently
        return len(before) == len(after) and _reprs(before) == _reprs(after)
    return repr(before) == repr(after)


def _reprs(items: set[Any]) -> list[str]:
    return sorted(repr(item) for item in items if not _holds_handle(item))


def _holds_handle(item: Any) -> bool:
    return isinstance(item, Handle | Expression) or (isinstance(item, tuple) and any(map(_holds_handle, item)))
