"""The statistics of a class, against independent computations and by laws that hold for every class."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from class_fixtures import class_of, row
from hypothesis import given
from hypothesis import strategies as st

from autograder.course.assignment import Variant
from autograder.reporting import analysis
from autograder.reporting.class_data import Mark

HERE = Path()

shares = st.floats(0, 1, allow_nan=False)
outcomes = st.lists(st.lists(st.lists(st.booleans(), min_size=2, max_size=2), min_size=3, max_size=3), min_size=1)


@given(st.lists(st.tuples(st.none() | shares, st.none() | shares)))
def test_a_correlation_is_that_of_numpy_over_the_complete_pairs(pairs: list[tuple[float | None, float | None]]) -> None:
    found = analysis.correlation(pairs)
    xs, ys = np.array([pair for pair in pairs if None not in pair], dtype=float).reshape(-1, 2).T
    if found is None:
        assert len(xs) < 3 or min(np.ptp(xs), np.ptp(ys)) < 1e-9
    else:
        assert -1 <= found <= 1
        if min(np.std(xs), np.std(ys)) > 1e-6:
            assert math.isclose(found, np.corrcoef(xs, ys)[0, 1], abs_tol=1e-6)


@given(st.lists(st.floats(-20, 120, allow_nan=False)))
def test_a_histogram_counts_everybody_once(percents: list[float]) -> None:
    counts = analysis.histogram(percents)
    assert sum(counts) == len(percents)
    assert len(counts) == analysis.BINS


def test_a_full_score_is_in_the_last_bar_and_a_boundary_in_the_upper_one() -> None:
    assert analysis.histogram([0, 9.99, 10, 100, 105]) == [2, 1, 0, 0, 0, 0, 0, 0, 0, 2]


@given(outcomes)
def test_shares_are_shares_and_the_mean_lies_between_them(passed: list[list[list[bool]]]) -> None:
    data = class_of(HERE, *(row(f"s{number}", own) for number, own in enumerate(passed)))
    for item in analysis.analyze_questions(data):
        assert item.mean is not None
        assert item.full + item.zero <= 1 + 1e-9
        assert 100 * item.full - 1e-9 <= item.mean <= 100 * (1 - item.zero) + 1e-9
    for test in analysis.hardest_tests(data):
        assert 0 < test.failed <= test.answered == len(passed)
        assert test.reason


def test_a_pending_answer_is_no_zero() -> None:
    data = class_of(HERE, row("ada", [[True], [True]], pending=True), row("bob", [[False], [True]]))
    summary = analysis.summarize(data.rows)
    assert (summary.mean, summary.median, summary.pending) == (75.0, 75.0, 1)
    second = analysis.analyze_questions(data)[1]
    assert (second.mean, second.zero, second.pending) == (100.0, 0.0, 1)


def test_a_question_that_the_weak_solve_and_the_strong_do_not_is_flagged() -> None:
    rows = [row(f"s{n}", [[n % 2 == 0], [n % 2 == 0], [n % 2 == 0, n > 2], [n % 2 == 1]]) for n in range(12)]
    items = analysis.analyze_questions(class_of(HERE, *rows))
    assert [item.flagged for item in items] == [False, False, False, True]
    assert items[3].discrimination is not None
    assert items[3].discrimination < -0.5
    few = analysis.analyze_questions(class_of(HERE, *rows[:6]))
    assert not any(item.flagged for item in few), "six students are too few"


def test_the_time_of_a_question_is_the_median_of_its_cells_without_blank_answers() -> None:
    rows = []
    for student, seconds in {"ada": 1.0, "bob": 3.0, "cyd": 8.0, "old": None, "blank": 0.0}.items():
        timed = row(student, [[True], [True]])
        times = {} if seconds is None else {"answer_1": seconds, "test_q1": 0.5, "test_q2": 0.1}
        notebook = replace(timed.result.notebooks["a1"], cell_seconds=times)
        marks = (Mark(0.0, 10.0, blank=True), timed.marks[1]) if student == "blank" else timed.marks
        rows.append(replace(timed, result=replace(timed.result, notebooks={"a1": notebook}), marks=marks))
    first, second = analysis.analyze_questions(class_of(HERE, *rows))
    assert (first.seconds, second.seconds) == (3.5, 0.1)
    (unknown,) = analysis.analyze_questions(class_of(HERE, row("old", [[True]])))
    assert unknown.seconds is None


def test_blank_answers_make_no_test_hard() -> None:
    blank = row("bob", [[False], [True]])
    marks = (Mark(0.0, 10.0, blank=True), *blank.marks[1:])
    data = class_of(HERE, row("ada", [[True], [False]]), type(blank)(blank.result, marks))
    (test,) = analysis.hardest_tests(data)
    assert (test.test, test.failed, test.answered) == ("test_q2::test_1", 1, 2)
    assert analysis.analyze_questions(data)[0].blank == 0.5


def test_the_most_frequent_reason_overlooks_the_numbers() -> None:
    reasons = ["got 1.5", "got 2.5", "got 1.5", "it raised NameError", "it raised NameError"]
    assert analysis.most_frequent(reasons) == "got 1.5"
    assert analysis.most_frequent([]) == ""


def variant(name: str, *fails: str) -> Variant:
    return Variant(name, f"Does {name}.", {}, frozenset(fails))


def test_a_misconception_is_a_wrong_answer_with_exactly_the_same_failing_tests() -> None:
    data = class_of(
        HERE,
        row("ada", [[False, True], [True, True]]),
        row("bob", [[False, False], [True, True]]),
        row("cyd", [[False, True], [False, False]]),  # two mistakes, each of them known
        row("dan", [[True, True], [True, True]]),
    )
    variants = [
        variant("first", "test_q1::test_1"),
        variant("both", "test_q1::test_1", "test_q1::test_2"),
        variant("across", "test_q1::test_1", "test_q2::test_1", "test_q2::test_2"),
        variant("nobody", "test_q2::test_2"),
    ]
    found = {each.name: each.students for each in analysis.misconceptions(data, variants)}
    assert found == {"first": ("ada", "cyd"), "across": ("cyd",), "both": ("bob",)}
    known = analysis.misconceptions(data, variants)
    hardest = analysis.hardest_tests(data, known)[0]
    assert hardest.test == "test_q1::test_1"
    assert [each.name for each in hardest.misconceptions] == ["first", "across", "both"]


@pytest.mark.parametrize("students", [0, 1, 2])
def test_a_small_class_has_no_deviation_that_is_made_up(students: int) -> None:
    summary = analysis.summarize([row(f"s{n}", [[True]]) for n in range(students)])
    assert (summary.mean is None, summary.deviation is None) == (students < 1, students < 2)
