"""Records on disk are complete or not there, and stay out of what students see."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from course_fixtures import NAME

from autograder.course.layout import Course
from autograder.grading.grader import CheckResult, NotebookResult
from autograder.results import store as records
from autograder.testing.suite import Verdict

PASSED = Verdict("test_a::test_b", "A test.", 1.0, "passed")
RECORD = NotebookResult(
    (CheckResult("test_a", 2.0, 1.5, (PASSED,)),), {"cell": []}, ("a note",), isolation="root", seconds=0.5
)


@pytest.fixture
def here(tmp_path: Path) -> Course:
    (tmp_path / "nbgrader_config.py").write_text("c = get_config()\n")
    return Course(tmp_path)


def test_what_was_written_is_read_back(here: Course) -> None:
    records.write(here, NAME, "ada", "f00", {NAME: RECORD, "other": RECORD})
    entry = records.read(here, NAME, "ada")
    assert (entry["assignment"], entry["student"], entry["fingerprint"]) == (NAME, "ada", "f00")
    assert (entry["score"], entry["max_score"], entry["needs_person"]) == (3.0, 4.0, False)
    assert entry["notebooks"][NAME]["checks"][0]["verdicts"][0]["sentence"] == "A test."
    assert entry["notebooks"][NAME]["isolation"] == "root"
    assert entry["notebooks"][NAME]["notes"] == ["a note"]


def test_one_hidden_test_that_was_not_run_marks_the_record(here: Course) -> None:
    check = replace(RECORD.checks[0], verdicts=(PASSED, replace(PASSED, status=Status.ERROR)))
    records.write(here, NAME, "ada", "", {NAME: replace(RECORD, checks=(check,))})
    assert records.read(here, NAME, "ada")["needs_person"] is True


def test_records_lie_in_reports_and_not_in_autograded(here: Course) -> None:
    records.write(here, NAME, "ada", "", {NAME: RECORD})
    assert [path.relative_to(here.root).as_posix() for path in here.root.rglob("*") if path.is_file()] == [
        "nbgrader_config.py",
        f"reports/{NAME}/ada.json",
    ]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"\xff"])
def test_a_broken_record_counts_as_none(content: bytes, here: Course) -> None:
    records.write(here, NAME, "ada", "", {NAME: RECORD})
    records.path_of(here, NAME, "ada").write_bytes(content)
    assert records.read(here, NAME, "ada") == {}


def test_a_missing_record_is_none(here: Course) -> None:
    assert records.read(here, NAME, "ada") == {}


def test_one_notebook_of_several_keeps_the_others_and_makes_the_batch_grade_again(here: Course) -> None:
    records.write(here, NAME, "ada", "f00", {"one": RECORD, "two": RECORD})
    better = replace(RECORD, checks=(replace(RECORD.checks[0], score=2.0),))
    records.write_notebook(here, NAME, "ada", "two", better)
    entry = records.read(here, NAME, "ada")
    assert entry["score"] == 3.5
    assert entry["fingerprint"] == ""


def test_a_write_that_fails_leaves_the_old_file_and_no_litter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.json"
    records.write_atomically(path, b"old")

    def fail(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="No space left"):
        records.write_atomically(path, b"new")
    assert [(found.name, found.read_bytes()) for found in tmp_path.iterdir()] == [("a.json", b"old")]


def test_a_message_with_a_lone_surrogate_can_be_written(here: Course) -> None:
    verdict = replace(PASSED, status="failed", detail="\ud800")
    records.write(
        here, NAME, "ada", "", {NAME: replace(RECORD, checks=(replace(RECORD.checks[0], verdicts=(verdict,)),))}
    )
    assert json.loads(records.path_of(here, NAME, "ada").read_bytes())
