"""A class as reports see it: the gradebook's scores, the release's questions, and what students wrote."""

import sqlite3

import pytest
from course_fixtures import NAME, grade, hand_in, released, rewrite, solved

from autograder.course.layout import Course
from autograder.errors import CourseError
from autograder.reporting.class_data import gather, with_results


def test_a_class_is_gathered_from_all_there_is(course: Course) -> None:
    hand_in(course, "ada", solved(course))
    hand_in(course, "bob", released(course))
    hand_in(course, "cyd", b"no notebook")
    grade(course)
    data = gather(course.assignment(NAME), answers=True)
    assert [question.label for question in data.questions] == ["square", "total", "why"]
    assert data.points == 6.0
    ada, bob, cyd = data.rows
    assert [mark.earned for mark in ada.marks] == [2.0, 3.0, 0.0]
    assert [mark.pending for mark in ada.marks] == [False, False, True]
    assert (ada.percent, ada.waiting, data.waiting) == (100.0, 1, 1)
    assert sorted(ada.answers) == ["square", "total", "why"]
    assert [mark.blank for mark in bob.marks] == [True, True, True]
    assert bob.remarks == ("identical to the release",)
    assert not any(mark.blank for mark in cyd.marks), "what cannot be read was not left blank"
    assert "not a notebook" in cyd.remarks[0]
    assert "raise NotImplementedError" in data.stubs["square"]


def test_a_score_that_a_person_corrected_counts(course: Course) -> None:
    hand_in(course, "ada", solved(course))
    grade(course)
    with sqlite3.connect(course.root / "gradebook.db") as database:
        database.execute("UPDATE grade SET manual_score = 1 WHERE auto_score = 3")
    database.close()
    (ada,) = gather(course.assignment(NAME)).rows
    assert [mark.earned for mark in ada.marks] == [2.0, 1.0, 0.0]


def test_a_check_that_the_release_no_longer_has_is_shown_by_its_name(course: Course) -> None:
    hand_in(course, "ada", solved(course))
    grade(course)
    rewrite(course.release / NAME / f"{NAME}.ipynb", "test_square", "test_renamed")
    questions = gather(course.assignment(NAME)).questions
    assert [question.label for question in questions] == ["renamed", "total", "why", "square"]


def test_nobody_graded_says_what_to_run(course: Course) -> None:
    with pytest.raises(CourseError, match=f"run `autograder grade {NAME}` first"):
        gather(course.assignment(NAME))
    with pytest.raises(CourseError, match="run `autograder grade NAME` first"):
        with_results([])
