"""Loads the released notebook that submissions are merged into."""

from __future__ import annotations

from collections.abc import Mapping

from autograder.classic.recorded_cells import recorded_cells
from autograder.course.layout import CourseAssignment
from autograder.errors import CourseError, NotebookError
from autograder.notebooks import intake
from autograder.notebooks.intake import Template


def load_template(assignment: CourseAssignment, notebook: str) -> Template:
    """Loads the released notebook of that name; raises CourseError when it cannot be read."""
    path = assignment.release / f"{notebook}.ipynb"
    notebooks = assignment.notebook_names()
    try:
        full = _full_texts(assignment, notebook)
        if assignment.is_classic:
            return Template.load(path, full, notebooks, is_classic=True, course_files=assignment.kept_files())
        return Template.load(path, full, notebooks)
    except NotebookError as error:
        raise CourseError(f"{error}; run `{assignment.build_command}`") from error


def _full_texts(assignment: CourseAssignment, notebook: str) -> Mapping[str, str]:
    """Returns the text of locked cells before anything was removed for students.

    For a classic assignment that is what nbgrader recorded, or the source notebook if it recorded nothing.
    """
    recorded = recorded_cells(assignment, notebook) if assignment.is_classic else {}
    return recorded or intake.texts(assignment.source / f"{notebook}.ipynb")
