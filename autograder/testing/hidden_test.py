"""Describes hidden tests, as read from the docstrings and marks of test functions."""

from __future__ import annotations

import inspect
import math
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from autograder.errors import AssignmentError
from autograder.results.failure import Failure
from autograder.results.model import Status, Verdict
from autograder.testing.contract import where


@dataclass(frozen=True)
class HiddenTest:
    """A test function: the sentence and the hint that students read, its weight within the check, and its cases."""

    check: str
    name: str
    sentence: str
    hint: str
    weight: float
    items: tuple[pytest.Function, ...] = field(repr=False, compare=False)
    seconds: float | None = None
    """How long each call may take, if not as long as the assignment's limit says."""
    slow: bool = False
    """Whether ``--quick`` skips it."""
    presupposes: tuple[str, ...] = ()
    """The ids of the tests without which it says nothing new."""

    @property
    def id(self) -> str:
        """The id used in results and by wrong answers: ``test_softmax::test_rows_sum_to_one``."""
        return f"{self.check}::{self.name}"

    @property
    def needs_gpu(self) -> bool:
        """Whether it runs only on a GPU."""
        return _twin(self) is not None

    def verdict(self, status: Status, **fields: Any) -> Verdict:
        """Returns the outcome of the test for a student."""
        return Verdict(self.id, self.sentence, self.weight, status, presupposes=self.presupposes, **fields)

    def failed(self, failure: Failure) -> Verdict:
        """Returns a failed verdict; the test's own hint is about an answer, and is left out where there is none."""
        hint = failure.hint or ("" if failure.stopped == "unanswered" else self.hint)
        names = ("reason", "detail", "share", "bits", "stopped", "error_map", "curves")
        fields = {name: getattr(failure, name) for name in names}
        return self.verdict(Status.FAILED, hint=hint, **fields)


def read_hidden_test(check: str, name: str, cases: tuple[pytest.Function, ...]) -> HiddenTest:
    """Describes the test function with these (parametrized) cases; raises AssignmentError for a malformed mark."""
    sentence, hint = _read_docstring(cases[0].obj)
    slow = cases[0].get_closest_marker("slow") is not None
    weight, seconds = (_number(cases[0], marker) for marker in ("weight", "seconds"))
    presupposes = tuple(f"{check}::{other}" for mark in cases[0].iter_markers("presupposes") for other in mark.args)
    return HiddenTest(check, name, sentence, hint, 1.0 if weight is None else weight, cases, seconds, slow, presupposes)


def check_presupposed(tests: tuple[HiddenTest, ...]) -> None:
    """Raises AssignmentError when a test of a file presupposes one that does not stand above it in the same file.

    So no two tests can presuppose each other, and whoever reads the file has read the presupposed test before.
    """
    above: set[str] = set()
    for test in tests:
        if missing := [other for other in test.presupposes if other not in above]:
            raise AssignmentError(
                f"{where(test.items[0])}: {test.name} presupposes {missing[0].partition('::')[2]!r}, which is not a "
                "test above it in the same file"
            )
        above.add(test.id)


def _number(item: pytest.Function, name: str) -> float | None:
    """Returns the positive number that the mark ``name`` is given; None without the mark."""
    mark = item.get_closest_marker(name)
    if mark is None:
        return None
    value = mark.args[0] if len(mark.args) == 1 and not mark.kwargs else {"args": mark.args, **mark.kwargs}
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < math.inf:
        raise AssignmentError(
            f"{where(item)}: {item.originalname} has the {name} {value!r}; "
            f"@pytest.mark.{name}(2) takes one number above zero"
        )
    return float(value)


def for_device(tests: tuple[HiddenTest, ...], device: str) -> tuple[HiddenTest, ...]:
    """Returns the tests that can run on a device; without a GPU, those that need one pass their weight to a twin."""
    moved: dict[str, float] = {}
    for test in tests:
        if (twin := _twin(test)) is not None and device != "cuda":
            if twin not in {other.name for other in tests if _twin(other) is None}:
                raise AssignmentError(
                    f"{where(test.items[0])}: {test.name} needs a GPU, and its twin {twin!r} is not a test "
                    "in the same file that runs without one"
                )
            moved[twin] = moved.get(twin, 0.0) + test.weight
    runnable = (test for test in tests if device == "cuda" or _twin(test) is None)
    return tuple(replace(test, weight=test.weight + moved.get(test.name, 0.0)) for test in runnable)


def _twin(test: HiddenTest) -> str | None:
    """Returns the test that takes over the weight of one that needs a GPU; None for a test that does not."""
    marker = test.items[0].get_closest_marker("cuda")
    return None if marker is None else str(marker.kwargs.get("twin", ""))


def _read_docstring(function: Any) -> tuple[str, str]:
    """Returns the first paragraph, the sentence, and the rest, the hint, each on one line."""
    paragraphs = (inspect.getdoc(function) or "").split("\n\n", 1)
    sentence, hint = paragraphs[0], paragraphs[1] if len(paragraphs) > 1 else ""
    return " ".join(sentence.split()), " ".join(hint.split())
