"""An error map shows a pattern, is small, and counts towards what a page may say."""

import numpy as np
import pytest

from autograder.results.disclosure import BUDGET, within_budget
from autograder.results.error_map import MAX_ENTRIES, bits_of, error_map
from autograder.results.model import CheckResult, Status, Verdict


def test_a_matrix_is_drawn_row_by_row() -> None:
    assert error_map(np.eye(2, 3, dtype=bool)) == ("x..", ".x.")
    assert error_map(np.array([False, True, True, True])) == (".xxx",)


@pytest.mark.parametrize(
    "off",
    [np.array(True), np.ones((3, 3), bool), np.zeros(9, bool), np.eye(9, dtype=bool), np.ones((2, 2, 2), bool)],
    ids=["scalar", "all", "none", "too_large", "three_axes"],
)
def test_where_a_map_says_nothing_there_is_none(off: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> None:
    assert error_map(off) == ()


def verdict(name: str, rows: tuple[str, ...], bits: float) -> Verdict:
    return Verdict(name, "It holds.", 1.0, Status.FAILED, f"reason {name}", bits=bits, error_map=rows)


def test_maps_get_what_the_sentences_leave_of_the_budget() -> None:
    half = MAX_ENTRIES // 2
    rows = [("x" * half, "." * (half - n) + "x" * n) for n in range(12)]
    verdicts = [verdict(str(n), each, 12.0) for n, each in enumerate(rows)]
    (check,) = within_budget([CheckResult.of("test_f", 5.0, tuple(verdicts))])
    shown = [each for each in check.verdicts if each.error_map]
    assert [each.reason for each in check.verdicts] == [each.reason for each in verdicts], "sentences come first"
    assert 0 < len(shown) < len(verdicts)
    assert 12 * 12.0 + sum(bits_of(each.error_map) for each in shown) <= BUDGET


def test_a_verdict_with_a_map_survives_json() -> None:
    before = verdict("a", ("x.", ".."), 3.0)
    assert Verdict.from_json(before.to_json()) == before
