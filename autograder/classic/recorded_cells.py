"""Reads the text of an assignment's cells from the gradebook, where `nbgrader generate_assignment` keeps it.

`nbgrader autograde` restores graded and locked cells from there as well. The source notebook would not do: it says
``### AUTOTEST`` where the gradebook has the tests that nbgrader made of it.
"""

from __future__ import annotations

from autograder.course.layout import CourseAssignment
from autograder.results.gradebook_query import query

_SOURCES = """
    SELECT source_cell.name, source_cell.source
    FROM source_cell
    JOIN notebook ON notebook.id = source_cell.notebook_id
    JOIN assignment ON assignment.id = notebook.assignment_id
    WHERE assignment.name = :name AND assignment.course_id = :course AND notebook.name = :notebook
"""


def recorded_cells(assignment: CourseAssignment, notebook: str) -> dict[str, str]:
    """Returns the source of each recorded cell by its grade id; nothing if the notebook is not in the gradebook."""
    return {name: source or "" for name, source in query(assignment, _SOURCES, notebook=notebook)}
