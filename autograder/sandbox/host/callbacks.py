"""Runs the functions that a hidden test passes to the student's code, when that code calls them.

They run in the trusted process, so the student's code gets as little as possible from them. All proxies look alike. A
function takes exactly its required positional arguments, which are numbers, text or containers of these, not much
larger than what the test itself sent. It ends when the time of the student's call is up, and may use a limited amount
of memory. What it raises arrives as a builtin exception without its message.
"""

from __future__ import annotations

import functools
import inspect
import math
import os
import resource
import signal
import threading
import time
from collections.abc import Callable, Iterable
from types import FrameType, FunctionType
from typing import Any

import numpy as np

from autograder.errors import AssignmentError, ChainruleError, WireError
from autograder.protocol.arrays import Tensor

MAX_VALUE = 4 * 2**20
"""The most bytes that a trusted function may return to the student's code."""

MAX_MEMORY = 256 * 2**20
"""The most memory that a trusted function may take in addition to what this process has."""

_TICK = 0.25
"""Seconds until the timer rings again, in case it rang between two callbacks."""

_MIN_ARGUMENTS, _GROWTH = 64 * 2**10, 4
"""Arguments may always have that many bytes, and more where the test sent arrays: that many times their size."""

_NOT_FROM_ARGUMENTS = (AssertionError, ChainruleError, ImportError, NameError, OSError)
"""Exceptions of a trusted function that its arguments do not cause: a failed assertion, or a mistake of the author.

Almost any other exception (ValueError, TypeError, torch's RuntimeError, MemoryError) may be due to the student's
arguments, so it is raised in the student's code, which may catch it, as if the function were defined in the notebook.
"""

_STOPPED = {"raised": "RuntimeError"}
"""What the student's code sees instead of such an exception, whose message may quote a hidden input."""


class _TimeUp(BaseException):
    """Raised in a trusted function when the time of the student's call is up; `except Exception` does not catch it."""


class Callbacks:
    """The trusted functions among the arguments of one request; ``sent`` is that request's arguments.

    ``stopped_by`` is the first exception of a function that its arguments do not explain, which the student's code must
    not be able to catch.
    """

    def __init__(self, sent: Any = None) -> None:
        self.stopped_by: BaseException | None = None
        self._sent = sent
        self._functions: list[tuple[Callable[..., Any], int]] = []
        self._limits: _Limits | None = None

    def offer(self, function: Callable[..., Any]) -> tuple[int, int]:
        """Adds a function; returns its number and how many arguments it takes, all that the student's process gets.

        Raises AssignmentError when that is not a fixed number.
        """
        self._functions.append((function, arity(function)))
        return len(self._functions) - 1, self._functions[-1][1]

    def run(self, number: Any, args: Any, seconds: float) -> dict[str, Any]:
        """Returns the answer to a callback: the value of a function, or an exception to raise in the student's code.

        Raises WireError when it names no function, and TimeoutError when the function does not end within ``seconds``.
        """
        known = type(number) is int and 0 <= number < len(self._functions)
        if not (known and isinstance(args, tuple)):
            raise WireError("a callback names no function of this request")
        function, count = self._functions[number]
        if self.stopped_by is not None:
            return _STOPPED
        if self._limits is None:
            self._limits = _Limits(self._sent, seconds)
        if len(args) != count or not self._limits.admit(args):
            return {"raised": "TypeError"}
        try:
            value = self._limits.call(function, args)
            is_small = _array_bytes(value) <= MAX_VALUE
            return {"value": value} if is_small else {"raised": "MemoryError"}
        except _TimeUp:
            raise TimeoutError from None
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # noqa: BLE001 - pytest's outcomes are not Exceptions
            if isinstance(error, Exception) and not isinstance(error, _NOT_FROM_ARGUMENTS):
                return {"raised": _builtin_name(error)}
            self.stopped_by = error
            return _STOPPED

    def close(self) -> None:
        """Ends the request; no function may be called after that."""
        if self._limits is not None:
            self._limits.close()


class _Limits:
    """Limits on the arguments, the time and the memory of trusted functions during one request.

    ``seconds`` is the time that is left for the request. Only the main thread handles signals, and a memory limit holds
    for all threads: in another thread of a server neither is used, and the time is looked at between callbacks only.
    """

    def __init__(self, sent: Any, seconds: float) -> None:
        self._max_arguments = _MIN_ARGUMENTS + _GROWTH * _array_bytes(sent)
        self._is_running = False
        self._in_main_thread = threading.current_thread() is threading.main_thread()
        self._memory = resource.getrlimit(resource.RLIMIT_DATA)
        unlimited = self._memory[0] == resource.RLIM_INFINITY  # workers of a class have a limit already
        self._limits_memory = self._in_main_thread and unlimited
        if self._limits_memory:
            self._less_memory = _data_bytes() + MAX_MEMORY, self._memory[1]
        if self._in_main_thread:
            self._start = time.monotonic()
            self._handler = signal.signal(signal.SIGALRM, self._ring)
            self._timer = signal.setitimer(signal.ITIMER_REAL, seconds, _TICK)

    def admit(self, args: tuple[Any, ...]) -> bool:
        """Returns whether the arguments are plain data, and not much larger than what the test sent."""
        return _argument_bytes(args) <= self._max_arguments

    def call(self, function: Callable[..., Any], args: tuple[Any, ...]) -> Any:
        """Calls the function; raises _TimeUp in it when the time is up, and MemoryError when it takes much memory."""
        try:
            try:
                self._is_running = True
                if self._limits_memory:
                    resource.setrlimit(resource.RLIMIT_DATA, self._less_memory)
                return function(*args)
            finally:
                self._is_running = False  # from here on, nothing interrupts the outer `finally`
        finally:
            if self._limits_memory:
                resource.setrlimit(resource.RLIMIT_DATA, self._memory)

    def close(self) -> None:
        """Restores the signal handler and the timer that were there before."""
        if self._in_main_thread:
            seconds, interval = self._timer
            if seconds:
                seconds = max(seconds - (time.monotonic() - self._start), 1e-6)
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, self._handler or signal.SIG_DFL)
            signal.setitimer(signal.ITIMER_REAL, seconds, interval)

    def _ring(self, number: int, frame: FrameType | None) -> None:
        if self._is_running:
            raise _TimeUp


def arity(function: Callable[..., Any]) -> int:
    """Returns the number of required positional parameters; the others belong to the test and keep their defaults.

    Raises AssignmentError when a call needs something else, or any number of arguments is right.
    """
    if type(function) is FunctionType and not vars(function):  # by far the most; inspect takes ten times as long
        code = function.__code__
        if not (code.co_kwonlyargcount or code.co_flags & (inspect.CO_VARARGS | inspect.CO_VARKEYWORDS)):
            return code.co_argcount - len(function.__defaults__ or ())
    required = _required_parameters(function)
    if required is None or any(parameter.kind not in _POSITIONAL for parameter in required):
        name = getattr(function, "__name__", type(function).__name__)
        raise AssignmentError(
            f"the function {name!r}, which a hidden test passes to the student's code, takes no fixed number of "
            "positional arguments; wrap it in a lambda that does: `lambda x: ...`"
        )
    return len(required)


_POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


def _required_parameters(function: Callable[..., Any]) -> list[inspect.Parameter] | None:
    """Returns the parameters without a default; None for a function, such as a numpy ufunc, that does not list them."""
    if isinstance(inspect.unwrap(function), np.ufunc):  # whether it has a signature depends on the version of numpy
        return None
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return None
    return [parameter for parameter in parameters if parameter.default is inspect.Parameter.empty]


def _builtin_name(error: Exception) -> str:
    """Returns the name of the closest builtin class of an exception."""
    return next(kind.__name__ for kind in type(error).__mro__ if kind.__module__ == "builtins")


def _array_bytes(value: Any) -> int:
    """Returns the size of the arrays and tensors in a value, at any depth."""
    if isinstance(value, _CONTAINERS):
        return sum(map(_array_bytes, _items(value)))
    return int(getattr(getattr(value, "array", value), "nbytes", 0))


def _argument_bytes(value: Any) -> float:
    """Returns about how many bytes an argument takes up; infinitely many if it is not made of numbers and text."""
    if isinstance(value, _CONTAINERS):
        return 8 + sum(map(_argument_bytes, _items(value)))
    if isinstance(value, Tensor):
        value = value.array
    if isinstance(value, np.ndarray):
        # An empty array may claim any length for its other axes, and what is computed from it may be as long.
        entries = value.size or math.prod(max(length, 1) for length in value.shape)
        return entries * value.itemsize if value.dtype.kind in "biufc" else math.inf
    if isinstance(value, int):  # a power of a larger one may take for ever, and nothing interrupts it
        return 8 if -(2**63) <= value < 2**63 else math.inf
    if value is None or isinstance(value, float | complex | np.number | np.bool_):
        return 8
    return len(value) if isinstance(value, str) else math.inf


_CONTAINERS = (list, tuple, set, frozenset, dict)


def _items(container: Any) -> Iterable[Any]:
    return [*container, *container.values()] if isinstance(container, dict) else container


def _data_bytes() -> int:
    """Returns how many bytes of private memory this process has, as RLIMIT_DATA counts them."""
    return int(os.pread(_statm(os.getpid()), 200, 0).split()[5]) * resource.getpagesize()


@functools.cache
def _statm(pid: int) -> int:
    """Opens the file with the memory of a process, and leaves it open: closing one of these takes 0.1 ms."""
    return os.open(f"/proc/{pid}/statm", os.O_RDONLY | os.O_CLOEXEC)
