"""Reads the grades of a whole class from nbgrader's gradebook in one query, for reports."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from autograder.course.layout import CourseAssignment
from autograder.results.gradebook_query import query

_GRADES = """
    SELECT submitted_assignment.student_id, base_cell.name, grade.auto_score, grade.manual_score, grade.extra_credit,
           grade.needs_manual_grade, COALESCE(grade_cells.max_score, task_cells.max_score, 0),
           submitted_notebook.id, submitted_notebook.late_submission_penalty
    FROM grade
    JOIN base_cell ON base_cell.id = grade.cell_id
    LEFT JOIN grade_cells ON grade_cells.id = grade.cell_id
    LEFT JOIN task_cells ON task_cells.id = grade.cell_id
    JOIN submitted_notebook ON submitted_notebook.id = grade.notebook_id
    JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id
    JOIN assignment ON assignment.id = submitted_assignment.assignment_id
    WHERE assignment.name = :name AND assignment.course_id = :course
"""


@dataclass(frozen=True)
class CellGrade:
    """The grade of one cell: a manual score replaces that of the tests."""

    score: float | None
    """The points with extra credit; None while neither a test nor a person has given any."""
    waits: bool
    """Whether a person has to grade the cell."""
    points: float = 0.0
    """What the cell is worth."""


@dataclass(frozen=True)
class StudentGrades:
    """The grades of a student by cell, and the late penalty of all notebooks together."""

    cells: Mapping[str, CellGrade]
    penalty: float = 0.0

    @property
    def waiting(self) -> int:
        """How many answers wait for manual grading."""
        return sum(grade.waits for grade in self.cells.values())


def read(assignment: CourseAssignment) -> dict[str, StudentGrades]:
    """Returns each student's grades; an empty dict where there is no gradebook yet.

    Raises CourseError when the database cannot be read.
    """
    cells: dict[str, dict[str, CellGrade]] = defaultdict(dict)
    penalties: dict[str, dict[str, float]] = defaultdict(dict)
    rows = query(assignment, _GRADES)
    for student, cell, automatic, manual, extra, flagged, points, notebook, penalty in rows:
        cells[student][cell] = _grade(automatic, manual, extra, points, flagged=bool(flagged))
        penalties[student][notebook] = float(penalty or 0.0)
    return {student: StudentGrades(grades, sum(penalties[student].values())) for student, grades in cells.items()}


def _grade(
    automatic: float | None, manual: float | None, extra: float | None, points: float, *, flagged: bool
) -> CellGrade:
    """Combines the columns as nbgrader does; its flag may also mean that a hidden test did not run."""
    waits = flagged and (automatic is None or manual is not None)
    given = automatic if manual is None else manual
    return CellGrade(None if given is None else float(given) + float(extra or 0.0), waits, float(points))
