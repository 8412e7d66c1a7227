"""Two curves show where they part, are small, and count towards what a page may say."""

import numpy as np
import pytest

from autograder.results.curves import MAX_POINTS, bits_of, curves
from autograder.results.disclosure import BUDGET, within_budget
from autograder.results.model import CheckResult, Status, Verdict

FALL = np.linspace(1.0, 0.0, 5)


def test_the_expected_curve_alone_determines_the_scale() -> None:
    assert curves(FALL, FALL / 2) == ("ca864", "87654")
    assert curves(FALL, FALL * 9)[0] == "ca864"


def test_what_is_outside_of_the_picture_and_what_is_no_number_are_marked() -> None:
    actual = np.array([9.0, -9.0, np.nan, np.inf, -np.inf])
    assert curves(FALL, actual)[1] == "+-?+-"


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        (FALL, FALL + 1e-6),
        (np.ones(5), FALL),
        (np.eye(3), np.ones((3, 3))),
        (np.arange(MAX_POINTS + 1.0), np.zeros(MAX_POINTS + 1)),
        (np.array([1.0]), np.array([2.0])),
        (np.array([1.0, np.inf]), np.array([1.0, 2.0])),
    ],
    ids=["alike", "flat", "matrix", "long", "point", "infinite"],
)
def test_where_curves_say_nothing_there_are_none(
    expected: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
    actual: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
) -> None:
    assert curves(expected, actual) == ()


def verdict(name: str, rows: tuple[str, ...]) -> Verdict:
    return Verdict(name, "It holds.", 1.0, Status.FAILED, f"reason {name}", bits=12.0, curves=rows)


def test_curves_get_what_the_sentences_leave_of_the_budget() -> None:
    verdicts = tuple(verdict(str(n), ("01234567", f"0123456{n:x}")) for n in range(12))
    (check,) = within_budget([CheckResult.of("test_f", 5.0, verdicts)])
    shown = [each for each in check.verdicts if each.curves]
    assert [each.reason for each in check.verdicts] == [each.reason for each in verdicts], "sentences come first"
    assert 0 < len(shown) < len(verdicts)
    assert 12 * 12.0 + sum(bits_of(each.curves) for each in shown) <= BUDGET


def test_a_verdict_with_curves_survives_json() -> None:
    before = verdict("a", ("0a", "0b"))
    assert Verdict.from_json(before.to_json()) == before
