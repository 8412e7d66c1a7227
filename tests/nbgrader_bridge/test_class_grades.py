"""The grades of a class are those that nbgrader itself computes."""

import sqlite3

import pytest
from course_fixtures import NAME, grade, hand_in, released, solved
from nbgrader.api import Gradebook

from autograder.course.layout import Course
from autograder.errors import CourseError
from autograder.nbgrader_bridge import class_grades


def change(course: Course, statement: str) -> None:
    with sqlite3.connect(course.root / "gradebook.db") as database:
        database.execute(statement)
    database.close()


def test_points_of_tests_and_people_add_up_as_in_nbgrader(course: Course) -> None:
    hand_in(course, "ada", solved(course))
    hand_in(course, "bob", released(course))
    grade(course)
    assignment = course.assignment(NAME)
    found = class_grades.read(assignment)
    assert {name: (cell.score, cell.waits) for name, cell in found["ada"].cells.items()} == {
        "test_square": (2.0, False),
        "test_total": (3.0, False),
        "why": (None, True),
    }
    assert (found["ada"].waiting, found["bob"].waiting) == (1, 0)

    change(
        course, "UPDATE grade SET manual_score = 0.5, extra_credit = 0.25, needs_manual_grade = 0 WHERE auto_score = 3"
    )
    change(course, "UPDATE submitted_notebook SET late_submission_penalty = 1")
    found = class_grades.read(assignment)
    assert found["ada"].cells["test_total"].score == 0.75
    assert found["ada"].penalty == 1.0
    with Gradebook(course.db_url) as gradebook:
        rows = gradebook.assignment_submissions(NAME)
        shown = {row.student.id: (row.score, row.max_score) for row in rows}
    for student, grades in found.items():
        assert shown[student][0] == sum(cell.score or 0.0 for cell in grades.cells.values())
        assert shown[student][1] == sum(cell.points for cell in grades.cells.values())


def test_without_a_gradebook_nobody_is_graded(course: Course) -> None:
    (course.root / "gradebook.db").unlink()
    assert class_grades.read(course.assignment(NAME)) == {}


def test_a_damaged_gradebook_is_one_sentence(course: Course) -> None:
    (course.root / "gradebook.db").write_text("no database")
    with pytest.raises(CourseError, match="gradebook"):
        class_grades.read(course.assignment(NAME))
