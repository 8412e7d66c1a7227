"""A made-up class: who is in it, and what each must earn, follows from the assignment's folder alone."""

from pathlib import Path

import pytest
from course_fixtures import ANSWERS, NAME, released
from hypothesis import given
from hypothesis import strategies as st

from autograder.authoring.sample_class import (
    SampleKind,
    SampleSubmission,
    copy_course,
    damaged_samples,
    evenly_spaced,
    expected_score,
    fill_in_answers,
    samples,
    submit,
)
from autograder.course.layout import Course
from autograder.errors import NotebookError
from autograder.notebooks import ipynb as nb
from autograder.results.model import CheckResult, NotebookResult, Status, SubmissionResult, Verdict
from autograder.testing.suite import Suite


def test_the_class_is_every_variant_and_every_kind_of_damaged_file(built: Course) -> None:
    place = built.assignment(NAME)
    every = [*samples(place, place.load()), *damaged_samples(place, place.load())]
    ids = [sample.student for sample in every]
    assert len(set(ids)) == len(ids)
    assert {"solution", "untouched", "wrong-triples", "wrong-sorts_in_place", "right-power"} < set(ids)
    assert all(sample.description for sample in every)
    kinds = {sample.student: sample.kind for sample in every}
    assert all(student.startswith(kind.value) for student, kind in kinds.items())
    assert {*kinds.values()} == {*SampleKind}


def test_expected_scores_follow_from_the_hidden_tests_and_their_weights(built: Course) -> None:
    assignment = built.assignment(NAME).load()
    every = samples(built.assignment(NAME), assignment)
    with Suite(assignment.hidden_tests) as suite:
        expected = {sample.student: expected_score(assignment, suite, sample) for sample in every}
    assert expected == {
        "solution": 5.0,
        "untouched": 0.0,
        "wrong-triples": 3.0,
        "wrong-sorts_in_place": 4.0,
        "right-power": 5.0,
    }


def test_a_test_that_is_skipped_earns_nothing_and_one_that_fails_its_share(built: Course) -> None:
    assignment = built.assignment(NAME).load()
    every = {sample.student: sample for sample in samples(built.assignment(NAME), assignment)}
    skipped, shares = frozenset({"test_total::test_sum"}), {"test_square::test_numbers": 0.5, "test_total::test_sum": 1}
    with Suite(assignment.hidden_tests) as suite:
        expected = {
            student: expected_score(assignment, suite, sample, skipped=skipped, shares=shares)
            for student, sample in every.items()
        }
    assert expected == {
        "solution": 3.0,  # two thirds of test_total's 3 points are test_sum's
        "untouched": 0.5,  # half of test_numbers, which has half of test_square's 2 points
        "wrong-triples": 1.5,
        "wrong-sorts_in_place": 2.0,
        "right-power": 3.0,
    }


def test_a_copied_course_has_a_gradebook_and_an_assignment_of_its_own(course: Course, tmp_path: Path) -> None:
    (course.assignment(NAME).folder / "__pycache__").mkdir()
    copied = copy_course(course, tmp_path / "copy", [NAME])
    assert (copied.root / "gradebook.db").is_file()
    assert (copied.release / NAME / f"{NAME}.ipynb").read_bytes() == (
        course.release / NAME / f"{NAME}.ipynb"
    ).read_bytes()
    assert not (copied.assignment(NAME).folder / "__pycache__").exists()


def test_hidden_tests_that_were_not_run_count_as_failed() -> None:
    verdicts = tuple(Verdict(status.value, "A test.", 1.0, status) for status in Status)
    result = SubmissionResult("x", "ada", {"x": NotebookResult((CheckResult.of("test_x", 4.0, verdicts),))})
    assert result.failed_tests() == {"failed", "skipped", "error"}


def test_answers_go_into_the_cells_of_their_names_and_nowhere_else(built: Course) -> None:
    release = released(built)
    filled = fill_in_answers(release, ANSWERS)
    changed = {new["id"] for old, new in zip(release["cells"], filled["cells"], strict=True) if old != new}
    assert changed == set(ANSWERS)
    assert release == released(built), "the release that came in is not changed"


def test_no_sample_shows_the_markers_of_a_solution(built: Course) -> None:
    place = built.assignment(NAME)
    assert any("### BEGIN SOLUTION" in answer for answer in place.load().answers.values())
    for sample in [*samples(place, place.load()), *damaged_samples(place, place.load())]:
        assert b"SOLUTION" not in sample.data


def test_a_submission_lies_where_nbgrader_collects_it(course: Course) -> None:
    submit(course.assignment(NAME), SampleSubmission(SampleKind.WRONG, "ada", "Hands in nothing.", b"{}"))
    assert (course.submitted / "ada" / NAME / f"{NAME}.ipynb").read_bytes() == b"{}"


def test_damaged_notebooks_are_notebooks_but_for_the_one_that_is_not(built: Course) -> None:
    place = built.assignment(NAME)
    damaged = {sample.student: sample for sample in damaged_samples(place, place.load())}
    with pytest.raises(NotebookError):
        nb.parse(damaged.pop("damaged-not_json").data)
    for sample in damaged.values():
        assert nb.parse(sample.data)["cells"]
        assert sample.fails == frozenset()


@given(st.lists(st.integers(), unique=True), st.integers(1, 20))
def test_a_spread_is_in_order_and_as_many_as_asked_for_or_all_where_there_are_fewer(
    items: list[int], count: int
) -> None:
    chosen = evenly_spaced(items, count)
    assert len(chosen) == min(count, len(items))
    assert [item for item in items if item in chosen] == chosen
    if len(items) <= count:
        assert chosen == items


@given(st.integers(1, 200), st.integers(1, 20))
def test_a_spread_begins_with_the_first_and_leaves_the_same_gap_everywhere(size: int, count: int) -> None:
    chosen = evenly_spaced(range(size), count)
    assert chosen[0] == 0
    gaps = {after - before for before, after in zip(chosen, [*chosen[1:], size], strict=True)}
    assert max(gaps) - min(gaps) <= 1
