"""Tests: what a test function promises, read from its docstring and its marks."""

from __future__ import annotations

import inspect
import math
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from autograder.errors import AssignmentError
from autograder.testing.contract import where


@dataclass(frozen=True)
class HiddenTest:
    """A test function: the sentence a student reads, the hint, its share of the check's points, its cases."""

    check: str
    name: str
    sentence: str
    hint: str
    weight: float
    items: tuple[pytest.Function, ...] = field(repr=False, compare=False)
    seconds: float | None = None
    """How long each call may take, where the assignment's limit is too short."""
    slow: bool = False
    """Whether a quick grading leaves it out."""

    @property
    def id(self) -> str:
        """How variants name it: ``test_softmax::test_rows_sum_to_one``."""
        return f"{self.check}::{self.name}"

    @property
    def needs_gpu(self) -> bool:
        """Whether it is asked on a GPU only."""
        return _twin(self) is not None


def read_hidden_test(check: str, name: str, cases: tuple[pytest.Function, ...]) -> HiddenTest:
    sentence, hint = _read_docstring(cases[0].obj)
    slow = cases[0].get_closest_marker("slow") is not None
    weight, seconds = (_number(cases[0], marker) for marker in ("weight", "seconds"))
    return HiddenTest(check, name, sentence, hint, 1.0 if weight is None else weight, cases, seconds, slow)


def _number(item: pytest.Function, marker: str) -> float | None:
    """The number above zero that a marker takes; None without the marker."""
    found = item.get_closest_marker(marker)
    if found is None:
        return None
    value = found.args[0] if len(found.args) == 1 and not found.kwargs else {"args": found.args, **found.kwargs}
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < math.inf:
        raise AssignmentError(
            f"{where(item)}: {item.originalname} has the {marker} {value!r}; "
            f"@pytest.mark.{marker}(2) takes one number above zero"
        )
    return float(value)


def for_device(tests: tuple[HiddenTest, ...], device: str) -> tuple[HiddenTest, ...]:
    """The tests that can be asked on this device; without a GPU, those that need one leave their weight to a twin."""
    moved: dict[str, float] = {}
    for test in tests:
        if (twin := _twin(test)) is not None and device != "cuda":
            if twin not in {other.name for other in tests if _twin(other) is None}:
                raise AssignmentError(
                    f"{where(test.items[0])}: {test.name} needs a GPU, and its twin {twin!r} is no test beside it "
                    "that needs none"
                )
            moved[twin] = moved.get(twin, 0.0) + test.weight
    here = (test for test in tests if device == "cuda" or _twin(test) is None)
    return tuple(replace(test, weight=test.weight + moved.get(test.name, 0.0)) for test in here)


def _twin(test: HiddenTest) -> str | None:
    """The test that carries the points of one that needs a GPU, where there is none; None for every other test."""
    marker = test.items[0].get_closest_marker("cuda")
    return None if marker is None else str(marker.kwargs.get("twin", ""))


def _read_docstring(function: Any) -> tuple[str, str]:
    """The first paragraph is the test, the rest the hint; both on one line."""
    paragraphs = (inspect.getdoc(function) or "").split("\n\n", 1)
    sentence, hint = paragraphs[0], paragraphs[1] if len(paragraphs) > 1 else ""
    return " ".join(sentence.split()), " ".join(hint.split())
