"""Escapes what formgrader's own pages show: nbgrader's templates insert ids of students as they are, as HTML.

An id can come from the address of a page, to which a student's notebook may link, from a folder in submitted/, which
nobody has checked yet, and from a gradebook that was filled in another way.
"""

from __future__ import annotations

import sys
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Any

from autograder.course.roster import name_problem
from autograder.course.times import submission_time

_PAGES = "nbgrader.server_extensions.formgrader.base"


def protect() -> None:
    """Changes formgrader's classes, where it runs: pages escape what they show, and odd folder names are not listed.

    Called when formgrader creates the exporter of its pages, which is before it serves any.
    """
    if _PAGES not in sys.modules or getattr(sys.modules[_PAGES], "is_protected", False):
        return
    from nbgrader.apps.api import NbGraderAPI

    pages: Any = sys.modules[_PAGES]
    pages.is_protected = True
    render, submitted = pages.BaseHandler.render, NbGraderAPI.get_submitted_students

    def render_escaped(self: Any, name: str, **shown: Any) -> Any:
        return render(self, name, **_escaped(shown))

    def list_proper_students(self: Any, assignment_id: str) -> set[str]:
        return {student for student in submitted(self, assignment_id) if not name_problem(student)}

    def read_timestamp(self: Any, assignment_id: str, student_id: str) -> datetime | None:
        folders = self.coursedir
        return submission_time(Path(folders.format_path(folders.submitted_directory, student_id, assignment_id)))

    pages.BaseHandler.render = render_escaped
    NbGraderAPI.get_submitted_students = list_proper_students
    NbGraderAPI.get_submitted_timestamp = read_timestamp


def _escaped(value: Any) -> Any:
    """Escapes text for HTML and for a quoted string in a script; the templates insert it in both places."""
    if isinstance(value, dict):
        return {key: _escaped(item) for key, item in value.items()}
    return escape(value).replace("\\", "&#92;") if isinstance(value, str) else value
