"""Lets nbgrader make the feedback page: `nbgrader generate_feedback` and formgrader's button use this exporter.

`autograder feedback` runs the same converter of nbgrader, so all three make the same page.
"""

from __future__ import annotations

import functools
from datetime import datetime
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import Exporter
from nbgrader.converters import GenerateFeedback

from autograder.course.layout import Course, CourseAssignment
from autograder.course.questions import Question, questions_of
from autograder.nbgrader_bridge.page import content, grades, render
from autograder.nbgrader_bridge.page.stale import is_stale
from autograder.notebooks import ipynb, sanitize
from autograder.results import store

Resources = dict[str, Any]


def remake_stale_pages() -> None:
    """Lets `nbgrader generate_feedback` make pages that are out of date again; without --force it keeps what exists."""
    is_to_make = GenerateFeedback.init_destination

    def init_destination(self: Any, assignment_id: str, student_id: str) -> bool:
        force = self.force
        self.force = force or is_stale(Path(self._format_dest(assignment_id, student_id)))
        try:
            return bool(is_to_make(self, assignment_id, student_id))
        finally:
            self.force = force

    GenerateFeedback.init_destination = init_destination


remake_stale_pages()


class FeedbackExporter(Exporter):
    """Makes a student's page from the graded notebook, the stored result and the gradebook."""

    def from_filename(self, filename: str, resources: Resources | None = None, **kw: Any) -> tuple[Any, Resources]:
        """Returns the page for a graded notebook; ``resources`` say whose and which it is."""
        names = (resources or {})["nbgrader"]
        assignment = Course.find(Path.cwd()).assignment(names["assignment"])
        page = make_page(assignment, names["student"], names["notebook"], Path(filename), names["db_url"])
        return page, {**(resources or {}), "output_extension": ".html"}

    def _file_extension_default(self) -> str:
        return ".html"


def make_page(assignment: CourseAssignment, student: str, notebook: str, path: Path, db_url: str) -> str:
    """Returns the page of a notebook that was graded; raises LookupError when the gradebook does not have it."""
    recorded = grades.read(
        db_url, course=assignment.course.course_id, assignment=assignment.name, student=student, notebook=notebook
    )
    release = assignment.release / f"{notebook}.ipynb"
    questions, released = _released(release, release.stat().st_mtime_ns) if release.is_file() else ((), {})
    submitted = nbformat.v4.reads(path.read_text(encoding="utf-8"))
    graded = sanitize.sanitize_notebook(submitted, for_student=True, released=released)
    result = store.read(assignment, student)
    own = result.notebooks.get(notebook) if result else None
    title = assignment.settings.title
    page = content.Content(
        student=student,
        title=title if notebook == assignment.name else f"{title}: {notebook}",
        notebook=notebook,
        grades=recorded,
        sections=content.sections_of(graded["cells"], questions, own, recorded),
        cells=graded["cells"],
        notes=own.notes if own else (),
        problem=own.problem if own else "",
        graded=_when(store.path_of(assignment, student)),
    )
    return render.render(page)


@functools.lru_cache(maxsize=8)
def _released(release: Path, changed: int) -> tuple[tuple[Question, ...], dict[str, str]]:
    """Returns questions and texts of a released notebook, which is read once for the whole class."""
    cells = ipynb.parse(release.read_bytes())["cells"]
    return questions_of(cells), {name: cell["source"] for cell in cells if (name := ipynb.grade_id_of(cell))}


def _when(result: Path) -> str:
    """Returns when a result was stored, in the time zone of this machine; empty where there is none."""
    if not result.is_file():
        return ""
    return datetime.fromtimestamp(result.stat().st_mtime).astimezone().strftime("%Y-%m-%d %H:%M")
