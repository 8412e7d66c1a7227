"""Reads the scores in nbgrader's gradebook without importing nbgrader, which takes a second."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from autograder.course.layout import CourseAssignment
from autograder.grading.batch import GradebookWriter
from autograder.results.gradebook_query import query

_SCORES = """
    SELECT submitted_assignment.student_id, SUM(grade.auto_score)
    FROM grade
    JOIN submitted_notebook ON submitted_notebook.id = grade.notebook_id
    JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id
    JOIN assignment ON assignment.id = submitted_assignment.assignment_id
    WHERE assignment.name = :name AND assignment.course_id = :course
    GROUP BY submitted_assignment.student_id
"""


class NbgraderGradebook:
    """nbgrader's gradebook for an assignment; implements :class:`autograder.grading.batch.Gradebook`."""

    def __init__(self, assignment: CourseAssignment) -> None:
        self._assignment = assignment

    def scores(self) -> dict[str, float]:
        """Returns each student's points by tests; an empty dict where there is no gradebook yet.

        Raises CourseError when the database cannot be read.
        """
        return {str(student): float(score or 0.0) for student, score in query(self._assignment, _SCORES)}

    @contextmanager
    def open(self) -> Iterator[GradebookWriter]:
        """Opens the gradebook for writing; raises CourseError when the assignment is not in it."""
        from autograder.nbgrader_bridge.gradebook import Book

        with Book(self._assignment.course) as book:
            book.require(self._assignment.name)
            yield book
