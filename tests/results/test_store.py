"""Results on disk are complete or not there, and stay out of what students see."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from course_fixtures import NAME

from autograder.course.layout import Course, CourseAssignment
from autograder.results import store
from autograder.results.model import CheckResult, NotebookResult, Status, SubmissionResult, Verdict

PASSED = Verdict("test_a::test_b", "A test.", 1.0, Status.PASSED)
RESULT = NotebookResult(
    (CheckResult("test_a", 2.0, 1.5, (PASSED,)),), {"cell": []}, ("a note",), isolation="root", seconds=0.5
)


@pytest.fixture
def here(tmp_path: Path) -> CourseAssignment:
    (tmp_path / "nbgrader_config.py").write_text("c = get_config()\n")
    return CourseAssignment(Course(tmp_path), NAME)


def of_ada(fingerprint: str = "", **notebooks: NotebookResult) -> SubmissionResult:
    return SubmissionResult(NAME, "ada", notebooks, fingerprint)


def read_ada(here: CourseAssignment) -> SubmissionResult:
    result = store.read(here, "ada")
    assert result is not None
    return result


def test_what_was_written_is_read_back(here: CourseAssignment) -> None:
    written = of_ada("f00", t1_powers=RESULT, other=RESULT)
    store.write(here, written)
    result = read_ada(here)
    assert (result.assignment, result.student, result.fingerprint) == (NAME, "ada", "f00")
    assert (result.score, result.max_score, result.needs_person) == (3.0, 4.0, False)
    assert result.notebooks[NAME].checks[0].verdicts[0].sentence == "A test."
    assert result.notebooks[NAME].isolation == "root"
    assert result.notebooks[NAME].notes == ("a note",)
    without_outputs = replace(RESULT, outputs={})
    assert result == replace(written, notebooks={NAME: without_outputs, "other": without_outputs})


def test_the_file_says_the_totals_to_whoever_reads_it(here: CourseAssignment) -> None:
    store.write(here, of_ada("f00", one=RESULT, two=RESULT))
    entry = json.loads(store.path_of(here, "ada").read_text(encoding="utf-8"))
    assert (entry["score"], entry["max_score"], entry["needs_person"]) == (3.0, 4.0, False)


def test_one_hidden_test_that_was_not_run_marks_the_result(here: CourseAssignment) -> None:
    check = replace(RESULT.checks[0], verdicts=(PASSED, replace(PASSED, status=Status.ERROR)))
    store.write(here, of_ada(one=replace(RESULT, checks=(check,))))
    assert read_ada(here).needs_person is True


def test_results_lie_in_reports_and_not_in_autograded(here: CourseAssignment) -> None:
    store.write(here, of_ada(one=RESULT))
    root = here.course.root
    assert [path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()] == [
        "nbgrader_config.py",
        f"reports/{NAME}/ada.json",
    ]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"\xff", b"{}", b'{"notebooks": []}'])
def test_a_broken_file_counts_as_none_and_is_named_in_the_log(
    content: bytes, here: CourseAssignment, caplog: pytest.LogCaptureFixture
) -> None:
    store.write(here, of_ada(one=RESULT))
    store.path_of(here, "ada").write_bytes(content)
    assert store.read(here, "ada") is None
    assert f"{store.path_of(here, 'ada')} cannot be read" in caplog.text


def test_a_missing_result_is_none(here: CourseAssignment, caplog: pytest.LogCaptureFixture) -> None:
    assert store.read(here, "ada") is None
    assert caplog.text == ""


def test_all_results_come_sorted_by_student_and_without_those_that_cannot_be_read(here: CourseAssignment) -> None:
    assert store.read_all(here) == []
    for student in ("cyd", "ada", "bob"):
        store.write(here, SubmissionResult(NAME, student, {}))
    store.path_of(here, "bob").write_text("{")
    assert [result.student for result in store.read_all(here)] == ["ada", "cyd"]


def test_one_notebook_of_several_keeps_the_others_and_makes_the_batch_grade_again(here: CourseAssignment) -> None:
    store.write(here, of_ada("f00", one=RESULT, two=RESULT))
    better = replace(RESULT, checks=(replace(RESULT.checks[0], score=2.0),))
    store.write_notebook(here, "ada", "two", better)
    result = read_ada(here)
    assert result.score == 3.5
    assert result.fingerprint == ""


def test_a_crash_keeps_what_was_known_before_and_makes_the_batch_grade_again(here: CourseAssignment) -> None:
    store.write(here, of_ada("f00", one=RESULT))
    store.write_error(here, "ada", "Traceback\nValueError: boom")
    result = read_ada(here)
    assert (result.score, result.fingerprint, result.error) == (1.5, "", "Traceback\nValueError: boom")
    store.write_notebook(here, "ada", "one", RESULT)
    assert read_ada(here).error == "", "it was graded after the crash"


def test_a_crash_of_a_student_without_a_result_is_kept_as_well(here: CourseAssignment) -> None:
    store.write_error(here, "ada", "Traceback\nValueError: boom")
    result = read_ada(here)
    assert (dict(result.notebooks), result.needs_person) == ({}, True)


def test_a_write_that_fails_leaves_the_old_file_and_no_litter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.json"
    store.write_atomically(path, b"old")

    def fail(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="No space left"):
        store.write_atomically(path, b"new")
    assert [(found.name, found.read_bytes()) for found in tmp_path.iterdir()] == [("a.json", b"old")]


def test_a_message_with_a_lone_surrogate_can_be_written(here: CourseAssignment) -> None:
    verdict = replace(PASSED, status=Status.FAILED, detail="\ud800")
    store.write(here, of_ada(one=replace(RESULT, checks=(replace(RESULT.checks[0], verdicts=(verdict,)),))))
    assert json.loads(store.path_of(here, "ada").read_bytes())
