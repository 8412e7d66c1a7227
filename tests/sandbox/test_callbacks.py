"""Functions of hidden tests that student code calls: which arguments they take, and what they may cost."""

import contextlib
import resource
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import torch

from autograder.errors import AssignmentError, WireError
from autograder.protocol.arrays import from_torch
from autograder.protocol.values import Handle
from autograder.sandbox.host.callbacks import MAX_VALUE, Callbacks, arity
from autograder.testing.student import watch


def called(function: Callable[..., Any], *args: Any, sent: Any = (), seconds: float = 5.0) -> dict[str, Any]:
    """The answer to a callback of the only function of a request that sent ``sent``."""
    callbacks = Callbacks({"args": sent})
    number, _ = callbacks.offer(function)
    with closing(callbacks):
        return callbacks.run(number, args, seconds)


class Counter:
    def count(self, x: float) -> None: ...

    def __call__(self) -> None: ...


def with_defaults(x: float, y: float, factor: float = 2.0, *, offset: float = 0.0) -> float:
    return factor * x * y + offset


@pytest.mark.parametrize(
    ("function", "count"),
    [
        (lambda: 0, 0),
        (lambda p, claim=3.0: p, 1),
        (with_defaults, 2),
        (watch(with_defaults), 2),
        (np.errstate(all="ignore")(with_defaults), 2),
        (Counter(), 0),
        (Counter().count, 1),
        (abs, 1),
        ([].append, 1),
    ],
)
def test_a_function_takes_its_required_positional_arguments(function: Callable[..., Any], count: int) -> None:
    assert arity(function) == count


@pytest.mark.parametrize("function", [lambda *xs: 0, lambda x, *, k: 0, np.exp], ids=["any", "keyword", "ufunc"])
def test_a_function_that_takes_anything_else_is_refused(function: Callable[..., Any]) -> None:
    with pytest.raises(AssignmentError, match="takes no fixed number of positional arguments"):
        arity(function)


def test_a_default_of_the_test_cannot_be_overridden() -> None:
    assert called(lambda x, hidden=5: hidden, 1) == {"value": 5}
    assert called(lambda x, hidden=5: hidden, 1, 2) == {"raised": "TypeError"}


@pytest.mark.parametrize("answer", [(1, ()), (-1, ()), (True, ()), ("0", ()), (0, []), (0, None)])
def test_a_forged_callback_is_a_bad_frame(answer: tuple[Any, Any]) -> None:
    callbacks = Callbacks()
    callbacks.offer(lambda: 1)
    with pytest.raises(WireError):
        callbacks.run(*answer, 1.0)


def kinds(value: Any) -> dict[str, Any]:
    return called(lambda x: 0, value)


PLAIN: list[Any] = [
    None, True, 3, -(2**63), 0.5, 1j, "name", np.float32(2), np.bool_(1), np.zeros((2, 3)), [1.0, [2, (3,)]],
    {"w": np.zeros(3), "b": 0.0}, {1, 2}, np.zeros(3, bool), from_torch(torch.zeros(3)), np.zeros((0, 4)),
]  # fmt: skip
STRANGE: list[Any] = [
    2**63, b"bytes", Handle(0, "object"), np.array(["a"]), object(), Fraction(1, 2), np.zeros((0, 10**9)),
    np.zeros(10**5), [0.0] * 10**5, "a" * 10**5, {"w": [Handle(0, "object")]}, np.zeros((10**4, 0, 10**4)),
    [[]] * 10**4,
]  # fmt: skip


@pytest.mark.parametrize("value", PLAIN, ids=lambda value: type(value).__name__)
def test_plain_data_is_passed_on(value: Any) -> None:
    assert kinds(value) == {"value": 0}


@pytest.mark.parametrize("value", STRANGE, ids=lambda value: type(value).__name__)
def test_what_is_large_or_no_plain_data_is_refused_before_the_function_sees_it(value: Any) -> None:
    assert kinds(value) == {"raised": "TypeError"}


def test_arguments_may_grow_with_what_the_test_sent() -> None:
    sent = (np.zeros((1000, 100)), {"w": torch.zeros(10)})
    assert called(lambda x: x.size, np.zeros((4, 1000, 100)), sent=sent) == {"value": 400_000}
    assert called(lambda x: x.size, np.zeros((5, 1000, 100)), sent=sent) == {"raised": "TypeError"}


def test_a_large_value_is_not_sent() -> None:
    assert called(lambda: np.zeros(MAX_VALUE // 8)).keys() == {"value"}
    assert called(lambda: np.zeros(MAX_VALUE)) == {"raised": "MemoryError"}
    assert called(lambda: [torch.zeros(MAX_VALUE)]) == {"raised": "MemoryError"}


def test_a_function_that_takes_much_memory_is_stopped() -> None:
    """An outer product of small arguments may have gigabytes."""
    before = resource.getrlimit(resource.RLIMIT_DATA)
    x = np.ones((8000, 1))
    assert called(lambda p: float((p * np.ones((1, 100_000))).sum()), x) == {"raised": "MemoryError"}
    assert called(lambda p: float((p * p.T).sum()), x[:1000]) == {"value": 1e6}
    assert resource.getrlimit(resource.RLIMIT_DATA) == before


def forever(x: float) -> float:
    while True:
        with contextlib.suppress(Exception):
            x = np.sin(x)


def test_a_function_that_does_not_end_is_stopped() -> None:
    with pytest.raises(TimeoutError):
        called(forever, 1.0, seconds=0.05)


@pytest.fixture
def alarm() -> Iterator[list[int]]:
    """A timer of somebody else, which is still due after the callback."""
    rung: list[int] = []
    handler = signal.signal(signal.SIGALRM, lambda number, frame: rung.append(number))
    signal.setitimer(signal.ITIMER_REAL, 600)
    yield rung
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, handler)


@pytest.mark.parametrize("function", [lambda x: x, forever])
def test_the_timer_and_the_handler_of_others_are_restored(function: Callable[..., Any], alarm: list[int]) -> None:
    handler = signal.getsignal(signal.SIGALRM)
    with contextlib.suppress(TimeoutError):
        called(function, 1.0, seconds=0.05)
    assert signal.getsignal(signal.SIGALRM) is handler
    assert signal.getitimer(signal.ITIMER_REAL)[0] > 300
    assert alarm == []


def test_a_timer_of_others_that_is_due_during_a_request_rings_after_it(alarm: list[int]) -> None:
    signal.setitimer(signal.ITIMER_REAL, 0.02)
    callbacks = Callbacks()
    callbacks.offer(lambda: 1)
    with closing(callbacks):
        callbacks.run(0, (), 5.0)
        time.sleep(0.04)
        assert alarm == []
    time.sleep(0.01)
    assert alarm == [signal.SIGALRM]


def test_a_function_is_stopped_even_if_the_time_was_up_before_it_began() -> None:
    callbacks = Callbacks()
    callbacks.offer(lambda: 1)
    callbacks.offer(lambda: forever(1.0))
    with closing(callbacks), pytest.raises(TimeoutError):
        callbacks.run(0, (), 0.01)
        time.sleep(0.02)
        callbacks.run(1, (), 0.01)


def test_another_thread_calls_without_a_timer() -> None:
    answers: list[Any] = []
    thread = threading.Thread(target=lambda: answers.append(called(lambda x: time.monotonic() and x, 2)))
    thread.start()
    thread.join()
    assert answers == [{"value": 2}]


@pytest.mark.parametrize(
    ("error", "name"),
    [
        (ValueError("31337"), "ValueError"),
        (np.linalg.LinAlgError("31337"), "ValueError"),
        (type("Mine", (KeyError,), {})("31337"), "KeyError"),
        (type("Other", (Exception,), {})("31337"), "Exception"),
    ],
)
def test_an_exception_crosses_as_the_name_of_its_builtin_class(error: Exception, name: str) -> None:
    def fails(x: float) -> float:
        raise error

    assert called(fails, 1.0) == {"raised": name}
