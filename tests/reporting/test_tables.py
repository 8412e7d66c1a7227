"""The tables for the terminal fit its width, show what is lost, and say what is left to do."""

import io
import os
import re
from dataclasses import replace
from pathlib import Path

import pytest
from class_fixtures import big_class, class_of, row
from course_fixtures import NAME, grade, hand_in, released, solved
from rich.console import Console, RenderableType

from autograder.course.layout import Course
from autograder.errors import CourseError
from autograder.grading.batch import Outcome
from autograder.nbgrader_bridge.feedback import feedback
from autograder.reporting.class_data import Mark, Row, gather
from autograder.reporting.tables import class_report, next_steps, outcome_table, points_note, sorted_rows

HERE = Path()


def text(shown: RenderableType, width: int = 160) -> str:
    console = Console(file=io.StringIO(), width=width, record=True)
    console.print(shown)
    return console.export_text()


def row_of(shown: str, student: str) -> list[str]:
    return next(line.split() for line in shown.splitlines() if line.strip().startswith(student))


ADA = row("ada", [[True, True], [True, False]])
BOB = row("b.[bold]b", [[False, False], [True, True]], flag="odd")
CYD = row("cyd", [[True, False], [True, True]], pending=True)
DATA = class_of(HERE, ADA, BOB, CYD)


def test_an_outcome_that_needs_manual_review_says_where_to_look() -> None:
    outcomes = [
        Outcome("ada", "graded", 86.33333, 100.0, seconds=0.5),
        Outcome("bob", "graded", 1.0, 2.0, needs_person=True),
        Outcome("cyd", "error", message="no notebook"),
    ]
    shown = text(outcome_table("a1", outcomes))
    assert "86.33 / 100" in shown
    assert "needs manual review; see `autograder report a1`" in shown
    assert "no notebook" in shown


def test_a_file_that_cannot_be_read_is_not_called_graded() -> None:
    shown = text(outcome_table("a1", [Outcome("bob", "graded", 0.0, 96.0, needs_person=True, message="not JSON")]))
    assert "cannot be read; not JSON" in shown
    assert "graded" not in shown


def test_the_report_has_questions_marks_remarks_and_statistics() -> None:
    shown = text(class_report(DATA, DATA.rows, 160))
    assert "a1: 3 submissions" in shown
    assert row_of(shown, "student") == ["student", "1", "2", "total"]
    assert row_of(shown, "ada") == ["ada", "10", "5", "15"]
    assert row_of(shown, "b.[bold]b") == ["b.[bold]b", "0", "10", "10"]
    assert row_of(shown, "cyd") == ["cyd", "5", "…", "5…"]
    assert "b.[bold]b: odd" in shown
    assert "1 title 1 (10) · 2 title 2 (10); 20 points in all" in shown
    assert "… = waits for manual grading" in shown
    assert "mean 58.3 %, median 50.0 %" in shown
    assert "67 % fail, question 1: Sentence 2 of 1 holds." in shown


def test_what_is_lost_is_coloured() -> None:
    console = Console(file=io.StringIO(), width=80, force_terminal=True, color_system="standard")
    console.print(class_report(DATA, DATA.rows, 80))
    printed = console.file.getvalue()  # type: ignore[attr-defined]
    for colour, shown in ((31, "0"), (33, "5"), (36, "…")):
        assert re.search(rf"\x1b\[{colour}m *{shown}\x1b", printed)


@pytest.mark.parametrize("width", [40, 80, 130])
def test_the_report_fits_the_width_and_no_number_is_cut(width: int) -> None:
    data = big_class(HERE, 8, questions=20)
    shown = text(class_report(data, data.rows, width), width)
    assert max(map(len, shown.splitlines())) <= width
    lines = [line.split() for line in shown.splitlines() if line.startswith("student-") and ":" not in line]
    assert sum(len(line) - 2 for line in lines) == 8 * 20, "every question is in one of the tables"
    assert not any("…" in number for line in lines for number in line[1:-2]), "no number is cut"


def test_a_test_that_was_not_run_is_a_question_mark() -> None:
    marks = (Mark(0.0, 0.0, incomplete=True), Mark(2.5, 10.0, incomplete=True))
    data = class_of(HERE, Row(ADA.result, marks))
    shown = text(class_report(data, data.rows, 80))
    assert row_of(shown, "ada") == ["ada", "?", "2.5?", "2.5"]
    assert "? = a hidden test was not run" in shown


def test_a_remark_of_many_is_said_once() -> None:
    data = class_of(HERE, *(row(f"s{number}", [[True]], flag="odd") for number in range(7)))
    shown = text(class_report(data, data.rows, 80))
    assert "s0, s1, s2, s3, s4 and 2 more: odd" in shown


def test_a_remark_does_not_control_the_terminal() -> None:
    data = class_of(HERE, row("ada", [[True]], flag="odd \x1b]0;title\x07"))
    assert "\x1b" not in text(class_report(data, data.rows, 80))


def test_rows_are_sorted_and_chosen() -> None:
    assert [each.student for each in sorted_rows(DATA, "name")] == ["ada", "b.[bold]b", "cyd"]
    assert [each.student for each in sorted_rows(DATA, "score")] == ["cyd", "b.[bold]b", "ada"]
    assert [each.student for each in sorted_rows(DATA, "1")] == ["b.[bold]b", "cyd", "ada"]
    assert sorted_rows(DATA, "name", flagged=True) == [BOB]
    with pytest.raises(CourseError, match="choose name, score or a question: 1, 2"):
        sorted_rows(DATA, "grade")


def test_grading_says_what_comes_next(course: Course) -> None:
    hand_in(course, "ada", solved(course))
    hand_in(course, "bob", b"no notebook")
    hand_in(course, "cyd", released(course))
    grade(course)
    data = gather(course.assignment(NAME))
    assert next_steps(data) == [
        "1 written answer waits for manual grading in formgrader.",
        f"1 submission needs manual review: run `autograder report {NAME} --flagged`.",
        f"The feedback is missing or older than the grades: run `autograder feedback {NAME}`.",
    ]
    for student in ("ada", "bob"):
        page = course.feedback / student / NAME / f"{NAME}.html"
        page.parent.mkdir(parents=True)
        page.touch()
    os.utime(course.feedback / "bob" / NAME / f"{NAME}.html", (0, 0))
    assert next_steps(data)[-1].startswith("The feedback of 2 of 3 students is missing or older")
    nothing = replace(data, rows=data.rows[:1] and (replace(data.rows[0], waiting=0),))
    assert next_steps(nothing) == []


def test_grading_and_the_report_say_what_tests_and_what_people_grade(course: Course) -> None:
    hand_in(course, "ada", solved(course))
    outcomes = grade(course)
    data = gather(course.assignment(NAME))
    shown = text(outcome_table(NAME, outcomes))
    assert "by tests" in shown
    assert "5 / 5" in shown
    assert points_note(data) == [f"{NAME} has 6 points: 5 graded by tests, 1 by hand."]
    assert "6 points in all: 5 graded by tests, 1 by hand" in text(class_report(data, data.rows, 160))
    assert points_note(DATA) == []


def test_feedback_that_was_made_before_grading_again_is_missing(course: Course) -> None:
    hand_in(course, "ada", solved(course))
    grade(course)
    feedback(course.assignment(NAME))
    assert len(next_steps(gather(course.assignment(NAME)))) == 1
    grade(course, force=True)
    assert "missing or older" in next_steps(gather(course.assignment(NAME)))[-1]
