"""What grading found out survives its JSON form, adds up, and says why a person must look at it."""

import json
import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.results.model import CheckResult, Json, NotebookResult, Status, SubmissionResult, Verdict

TEXTS = st.text(st.characters(codec="utf-8"), max_size=8)
SHORT_TUPLES = st.lists(TEXTS, max_size=2).map(tuple)
NUMBERS = st.floats(0, 100).map(lambda number: round(number, 6))
VERDICTS = st.builds(
    Verdict,
    test=TEXTS,
    sentence=TEXTS,
    weight=NUMBERS,
    status=st.sampled_from(Status),
    reason=TEXTS,
    hint=TEXTS,
    detail=TEXTS,
    share=st.floats(0, 1),
    notes=SHORT_TUPLES,
    flags=SHORT_TUPLES,
)
CHECKS = st.builds(
    CheckResult,
    grade_id=TEXTS,
    points=NUMBERS,
    score=NUMBERS,
    verdicts=st.lists(VERDICTS, max_size=3).map(tuple),
    classic=st.booleans(),
    graded_with=TEXTS,
)
NOTEBOOKS = st.builds(
    NotebookResult,
    checks=st.lists(CHECKS, max_size=3).map(tuple),
    notes=SHORT_TUPLES,
    problem=TEXTS,
    isolation=TEXTS,
    seconds=NUMBERS,
    cell_seconds=st.dictionaries(TEXTS, NUMBERS, max_size=2),
    untouched=st.booleans(),
)
RESULTS = st.builds(
    SubmissionResult,
    assignment=TEXTS,
    student=TEXTS,
    notebooks=st.dictionaries(TEXTS, NOTEBOOKS, max_size=3),
    fingerprint=TEXTS,
    error=TEXTS,
)

PASSED = Verdict("test_a::test_b", "A test.", 1.0, Status.PASSED)
CHECK = CheckResult("test_a", 2.0, 2.0, (PASSED,))
RESULT = SubmissionResult("a1", "ada", {"a1": NotebookResult((CHECK,))}, "f00")


def of_verdicts(*verdicts: Verdict) -> SubmissionResult:
    return replace(RESULT, notebooks={"a1": NotebookResult((replace(CHECK, verdicts=verdicts),))})


# The JSON form


@given(RESULTS)
def test_a_result_is_what_it_was_after_its_json_form(result: SubmissionResult) -> None:
    assert SubmissionResult.from_json(json.loads(json.dumps(result.to_json()))) == result


@given(NOTEBOOKS)
def test_outputs_stay_out_of_the_json_form(result: NotebookResult) -> None:
    with_outputs = replace(result, outputs={"cell": [{"output_type": "stream"}]})
    assert with_outputs.to_json() == result.to_json()
    assert NotebookResult.from_json(with_outputs.to_json()) == result


@given(RESULTS)
def test_totals_in_the_json_form_are_for_readers_and_computed_again(result: SubmissionResult) -> None:
    found = result.to_json()
    assert found["score"] == result.score
    assert found["max_score"] == result.max_score
    assert found["needs_person"] == result.needs_person
    lies = found | {"score": -1.0, "max_score": -1.0, "needs_person": not result.needs_person}
    assert SubmissionResult.from_json(lies) == result


MISSING = object()
NO_PARTS: tuple[Any, ...] = (None, [], 7)
"""What is no notebook, no check and no verdict."""


def damaged(*path: Any, to: Any) -> Json:
    """The JSON form with something else at a path, or, with ``MISSING``, nothing."""
    found: Json = json.loads(json.dumps(RESULT.to_json()))
    *way, last = path
    place: Any = found
    for key in way:
        place = place[key]
    if to is MISSING:
        del place[last]
    else:
        place[last] = to
    return found


NOTEBOOK_PATH = ("notebooks", "a1")
CHECK_PATH = (*NOTEBOOK_PATH, "checks", 0)
VERDICT_PATH = (*CHECK_PATH, "verdicts", 0)


@pytest.mark.parametrize(
    "found",
    [
        {},
        [],
        None,
        "a text",
        *(damaged(key, to=MISSING) for key in ("assignment", "student", "notebooks", "fingerprint", "error")),
        *(damaged(*NOTEBOOK_PATH, key, to=MISSING) for key in ("checks", "notes")),
        *(damaged(*CHECK_PATH, key, to=MISSING) for key in ("grade_id", "points", "score", "verdicts")),
        *(damaged(*VERDICT_PATH, key, to=MISSING) for key in ("test", "weight", "status", "notes", "flags")),
        *(damaged(*path, "stranger", to=1) for path in (NOTEBOOK_PATH, CHECK_PATH, VERDICT_PATH)),
        *(damaged(*path, to=wrong) for path in (NOTEBOOK_PATH, CHECK_PATH, VERDICT_PATH) for wrong in NO_PARTS),
        *(damaged(*path, to=7) for path in ((*NOTEBOOK_PATH, "checks"), (*CHECK_PATH, "verdicts"))),
        damaged(*VERDICT_PATH, "status", to="not run"),
        damaged(*VERDICT_PATH, "status", to=None),
        damaged(*VERDICT_PATH, "flags", to=None),
        *(damaged(key, to=wrong) for key in ("assignment", "student", "error") for wrong in (7, None, ["x"])),
        *(damaged(*CHECK_PATH, key, to=wrong) for key in ("points", "score") for wrong in ("5", None, True)),
        *(damaged(*CHECK_PATH, key, to=wrong) for key in ("grade_id", "classic") for wrong in (7, None)),
        *(damaged(*VERDICT_PATH, key, to=wrong) for key in ("weight", "reason", "share") for wrong in ([1], None)),
        *(damaged(*VERDICT_PATH, key, to=wrong) for key in ("notes", "flags") for wrong in ("text", [1])),
        *(damaged(*NOTEBOOK_PATH, key, to=[]) for key in ("problem", "seconds", "untouched", "isolation")),
        *(damaged(*NOTEBOOK_PATH, "cell_seconds", to=no) for no in (*NO_PARTS, {"a": "1"}, {"a": True})),
    ],
)
def test_damaged_json_is_refused_by_one_of_three_errors(found: Any) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        SubmissionResult.from_json(found)


def test_what_was_not_damaged_is_read() -> None:
    assert SubmissionResult.from_json(damaged("student", to="ada")) == RESULT


def test_a_result_of_a_version_that_did_not_time_cells_is_read() -> None:
    assert SubmissionResult.from_json(damaged(*NOTEBOOK_PATH, "cell_seconds", to=MISSING)) == RESULT


# Totals


@given(RESULTS)
def test_totals_are_the_sums_of_their_parts(result: SubmissionResult) -> None:
    notebooks = result.notebooks.values()
    assert result.score == pytest.approx(sum(check.score for check in result.checks), abs=1e-5)
    assert result.score == pytest.approx(sum(notebook.score for notebook in notebooks), abs=1e-5)
    assert result.max_score == pytest.approx(sum(check.points for check in result.checks))
    assert result.seconds == sum(notebook.seconds for notebook in notebooks)
    assert list(result.verdicts) == [verdict for check in result.checks for verdict in check.verdicts]


@given(st.lists(VERDICTS.filter(lambda verdict: verdict.weight > 0), min_size=1, max_size=5).map(tuple), NUMBERS)
def test_the_points_of_a_check_are_shared_by_weight(verdicts: tuple[Verdict, ...], points: float) -> None:
    check = CheckResult.of("test_a", points, verdicts)
    shares = [1.0 if verdict.status is Status.PASSED else verdict.share for verdict in verdicts]
    whole = math.fsum(verdict.weight for verdict in verdicts)
    earned = math.fsum(share * verdict.weight for share, verdict in zip(shares, verdicts, strict=True))
    assert check.score == pytest.approx(points * earned / whole, abs=1e-6)
    assert 0 <= check.score <= points + 1e-6


def test_thirds_of_points_add_up() -> None:
    third = CheckResult.of("test_a", 1.0, (PASSED, *[replace(PASSED, status=Status.FAILED)] * 2))
    assert third.score == 0.333333
    assert NotebookResult((CHECK, third)).score == 2.333333


def test_a_check_without_weight_earns_nothing() -> None:
    assert CheckResult.of("test_a", 2.0, ()).score == 0.0
    assert CheckResult.of("test_a", 2.0, (replace(PASSED, weight=0.0),)).score == 0.0


# Why a person must look at it


def test_nobody_has_to_look_at_what_passed_and_failed() -> None:
    result = of_verdicts(PASSED, replace(PASSED, status=Status.FAILED, reason="it is wrong", notes=("a note",)))
    assert (result.needs_person, result.why_needs_person()) == (False, "")


@pytest.mark.parametrize(
    ("result", "why"),
    [
        (replace(RESULT, notebooks={"a1": NotebookResult((CHECK,), problem="the file is empty")}), "the file is empty"),
        (of_verdicts(replace(PASSED, flags=("a copy?", "too fast"))), "a copy?; too fast"),
        (of_verdicts(replace(PASSED, flags=("a copy?",)), replace(PASSED, flags=("a copy?",))), "a copy?"),
        (of_verdicts(replace(PASSED, status=Status.ERROR, detail="secret")), "1 hidden test could not be run"),
        (of_verdicts(*[replace(PASSED, status=Status.ERROR)] * 2), "2 hidden tests could not be run"),
        (
            of_verdicts(PASSED, replace(PASSED, status=Status.SKIPPED)),
            "1 hidden test skipped by --quick: grade again without it",
        ),
        (
            of_verdicts(*[replace(PASSED, status=Status.SKIPPED)] * 2),
            "2 hidden tests skipped by --quick: grade again without it",
        ),
        (
            replace(RESULT, error="Traceback (most recent call last):\n  ...\nValueError: boom\n"),
            "the grader failed (ValueError: boom)",
        ),
    ],
)
def test_each_reason_for_a_person_is_said(result: SubmissionResult, why: str) -> None:
    assert (result.needs_person, result.why_needs_person()) == (True, why)


def test_all_reasons_for_a_person_are_said_together() -> None:
    verdicts = tuple(replace(PASSED, status=status, flags=("a copy?",)) for status in Status)
    notebooks = {
        "one": NotebookResult((), problem="the file is empty"),
        "two": NotebookResult((CheckResult.of("test_a", 2.0, verdicts),), problem="the file is too large"),
    }
    assert replace(RESULT, notebooks=notebooks, error="ValueError: boom").why_needs_person() == (
        "the file is empty; the file is too large; a copy?; 1 hidden test could not be run; "
        "1 hidden test skipped by --quick: grade again without it; the grader failed (ValueError: boom)"
    )


@given(RESULTS.map(lambda result: replace(result, error=result.error.strip())))
def test_a_person_is_told_why_whenever_one_is_needed(result: SubmissionResult) -> None:
    flags = [flag for verdict in result.verdicts for flag in verdict.flags]
    if all(flags):  # a flag without words says nothing
        assert bool(result.why_needs_person()) == result.needs_person


@pytest.mark.parametrize(
    ("untouched", "expected"), [([], False), ([True], True), ([True, False], False), ([True, True], True)]
)
def test_a_submission_is_untouched_when_all_its_notebooks_are(untouched: list[bool], expected: bool) -> None:
    notebooks = {str(number): NotebookResult((), untouched=each) for number, each in enumerate(untouched)}
    assert replace(RESULT, notebooks=notebooks).untouched is expected
