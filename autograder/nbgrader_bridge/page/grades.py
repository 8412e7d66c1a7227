"""Reads the grades of one notebook from nbgrader's gradebook: points, comments, the late penalty and the times."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, DateTime, create_engine, text
from sqlalchemy.pool import NullPool

_NOTEBOOK = text("""
    SELECT submitted_notebook.id, student.first_name, student.last_name, submitted_assignment.timestamp,
           submitted_notebook.late_submission_penalty
    FROM submitted_notebook
    JOIN notebook ON notebook.id = submitted_notebook.notebook_id
    JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id
    JOIN assignment ON assignment.id = submitted_assignment.assignment_id
    JOIN student ON student.id = submitted_assignment.student_id
    WHERE notebook.name = :notebook AND assignment.name = :assignment AND assignment.course_id = :course
          AND student.id = :student
""").columns(timestamp=DateTime)
_GRADES = text("""
    SELECT base_cell.name, grade.auto_score, grade.manual_score, grade.extra_credit, grade.needs_manual_grade,
           COALESCE(grade_cells.max_score, task_cells.max_score, 0)
    FROM grade
    JOIN base_cell ON base_cell.id = grade.cell_id
    LEFT JOIN grade_cells ON grade_cells.id = grade.cell_id
    LEFT JOIN task_cells ON task_cells.id = grade.cell_id
    WHERE grade.notebook_id = :id
""")
_COMMENTS = text("""
    SELECT base_cell.name, comment.manual_comment
    FROM comment JOIN base_cell ON base_cell.id = comment.cell_id
    WHERE comment.notebook_id = :id AND comment.manual_comment IS NOT NULL
""")


@dataclass(frozen=True)
class CellGrade:
    """The grade of a cell; a score that a person gave replaces that of the tests."""

    points: float
    """What the cell is worth."""
    by_tests: float | None
    by_hand: float | None
    extra: float
    flagged: bool
    """nbgrader's mark for manual grading, which may also mean that a hidden test did not run."""

    @property
    def score(self) -> float | None:
        """The points with extra credit; None while neither a test nor a person has given any."""
        given = self.by_tests if self.by_hand is None else self.by_hand
        return None if given is None else given + self.extra


@dataclass(frozen=True)
class NotebookGrades:
    """What the gradebook says about a student's notebook."""

    student: str = ""
    """First and last name; empty where the gradebook has none."""
    handed_in: datetime | None = None
    """In UTC."""
    penalty: float = 0.0
    cells: Mapping[str, CellGrade] = field(default_factory=dict)
    comments: Mapping[str, str] = field(default_factory=dict)
    """What people wrote about an answer."""


def read(db_url: str, *, course: str, assignment: str, student: str, notebook: str) -> NotebookGrades:
    """Reads the grades of a notebook; raises LookupError when the gradebook does not have it."""
    engine = create_engine(db_url, poolclass=NullPool)  # so that no connection stays open
    names = {"course": course, "assignment": assignment, "student": student, "notebook": notebook}
    with engine.connect() as connection:
        return _read(connection, names)


def _read(connection: Connection, names: Mapping[str, str]) -> NotebookGrades:
    found = connection.execute(_NOTEBOOK, names).first()
    if found is None:
        raise LookupError(f"the gradebook has no submission of {names['student']!r}")
    key, first, last, handed_in, penalty = found
    cells = {
        name: CellGrade(float(points), tests, hand, float(extra or 0), bool(flagged))
        for name, tests, hand, extra, flagged, points in connection.execute(_GRADES, {"id": key})
    }
    comments = {name: str(comment) for name, comment in connection.execute(_COMMENTS, {"id": key})}
    full_name = " ".join(part for part in (first, last) if part)
    return NotebookGrades(full_name, handed_in, float(penalty or 0), cells, comments)
