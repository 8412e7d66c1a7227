"""The tables for the terminal show every student, whatever the name, and say who needs a person."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console
from rich.table import Table

from autograder.course.layout import Course, CourseAssignment
from autograder.errors import CourseError
from autograder.grading.batch import Outcome
from autograder.reporting.tables import class_table, outcome_table
from autograder.results import store
from autograder.results.model import CheckResult, NotebookResult, Status, SubmissionResult, Verdict

PASSED = Verdict("test_soft_max::a", "A test.", 1.0, Status.PASSED)
RESULT = NotebookResult(
    (CheckResult("test_soft_max", 2.0, 1.5, (PASSED,)), CheckResult("test_b", 1.0, 1.0)), {}, isolation="root"
)


def text(table: Table) -> str:
    console = Console(file=io.StringIO(), width=160, record=True)
    console.print(table)
    return console.export_text()


@pytest.fixture
def here(tmp_path: Path) -> CourseAssignment:
    (tmp_path / "nbgrader_config.py").write_text("c = get_config()\n")
    return CourseAssignment(Course(tmp_path), "a1")


def write(here: CourseAssignment, student: str, *checks: CheckResult) -> None:
    store.write(here, SubmissionResult("a1", student, {"a1": replace(RESULT, checks=checks or RESULT.checks)}))


def line(table: Table, student: str) -> list[str]:
    (found,) = [row for row in text(table).splitlines() if student in row]
    return [part.strip() for part in found.strip("│┃ ").split("│")]


def test_every_outcome_is_a_line_with_what_happened() -> None:
    table = outcome_table(
        "a1",
        [
            Outcome("ada", "graded", 4.5, 5.0, seconds=0.123),
            Outcome("bob", "up to date", 5.0, 5.0),
            Outcome("cyd", "error", message="no [red]file[/red]"),
            Outcome("dan", "graded", 1.0, 5.0, needs_person=True),
        ],
    )
    assert line(table, "ada") == ["ada", "4.5 / 5", "0.12", "graded"]
    assert line(table, "bob") == ["bob", "5 / 5", "", "up to date"]
    assert line(table, "cyd") == ["cyd", "", "", "error; no [red]file[/red]"]
    assert line(table, "dan")[3] == "graded; needs a person; see `autograder report a1`"


def test_the_class_table_has_a_column_per_check(here: CourseAssignment) -> None:
    write(here, "ada")
    assert "not run" not in text(class_table(here))
    soft_max, other = RESULT.checks
    missing, skipped = replace(PASSED, status=Status.ERROR), replace(PASSED, status=Status.SKIPPED)
    write(here, "b.[bold]b", replace(soft_max, verdicts=(missing,)), other)
    write(here, "cyd", replace(soft_max, verdicts=(PASSED, missing)), other)
    write(here, "dan", replace(soft_max, verdicts=(PASSED, skipped)), other)
    table = class_table(here)
    assert "a1: 4 submissions" in text(table)
    assert "? = a hidden test was not run" in text(table)
    assert "1 soft_max (2) · 2 b (1)" in text(table)
    rows = {row.split()[0]: row for row in text(table).splitlines() if row.strip()}
    assert rows["ada"].split() == ["ada", "1.5", "1", "2.5"]
    assert rows["b.[bold]b"].split()[:4] == ["b.[bold]b", "?", "1", "2.5"]
    assert rows["b.[bold]b"].rstrip().endswith("1 hidden test could not be run")
    assert rows["cyd"].split()[:4] == ["cyd", "1.5?", "1", "2.5"]
    assert rows["dan"].split()[:4] == ["dan", "1.5?", "1", "2.5"]
    assert rows["dan"].rstrip().endswith("1 hidden test skipped by --quick: grade again without it")


def test_a_broken_result_is_left_out(here: CourseAssignment) -> None:
    write(here, "ada")
    store.path_of(here, "bob").write_text("{")
    assert "a1: 1 submission " in text(class_table(here))


def test_nobody_graded_says_what_to_run(here: CourseAssignment) -> None:
    with pytest.raises(CourseError, match="run `autograder grade a1` first"):
        class_table(here)
