"""Generates nbgrader's feedback pages in worker processes, with SafeFeedback to keep hidden content out of them."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from autograder.course.layout import CourseAssignment
from autograder.errors import BuildError, CourseError
from autograder.grading.batch import Progress
from autograder.grading.pool import Died, Job, Pool
from autograder.nbgrader_bridge.recorded import NbgraderGradebook


def feedback(
    assignment: CourseAssignment,
    *,
    students: Sequence[str] = (),
    progress: Progress = lambda student, total: None,
    pool: Pool | None = None,
) -> list[Path]:
    """Writes feedback/<student>/<assignment>/ for all graded students, or those of ``students``; returns the pages.

    Raises CourseError when nobody is graded or a named student is not, and BuildError when a page cannot be generated.
    """
    name = assignment.name
    graded = sorted(path.parent.name for path in assignment.course.autograded.glob(f"[!.]*/{name}") if path.is_dir())
    missing = [student for student in students if student not in graded]
    if missing or not graded:
        who = f"the student {missing[0]!r} is not graded" if missing else "nobody is graded"
        raise CourseError(f"{who} for {name!r}; run `autograder grade {name}` first")
    todo = list(students or graded)
    recorded = NbgraderGradebook(assignment).scores()
    if absent := [student for student in todo if student not in recorded]:
        raise CourseError(f"the gradebook has no grades of {absent[0]!r} for {name!r}; run `autograder grade {name}`")
    pages: list[Path] = []
    failed: dict[str, str] = {}
    job = Job("autograder.nbgrader_bridge.feedback:open_worker", (assignment,))
    with nullcontext(pool) if pool else Pool() as worker_pool:
        for student, answer in worker_pool.map(job, todo):
            if answer:
                failed[student] = "a worker process died" if isinstance(answer, Died) else answer
            else:
                pages += sorted(assignment.feedback(student).glob("*.html"))
            progress(student, len(todo))
    if failed:
        student, why = min(failed.items())
        more = f" (and for {len(failed) - 1} more students)" if len(failed) > 1 else ""
        raise BuildError(f"the feedback for {student!r}{more} could not be generated: {why}")
    return pages


@contextmanager
def open_worker(assignment: CourseAssignment) -> Iterator[Callable[[str], str]]:
    """Opens nbgrader's converter in a worker; yields a function that returns an error message, or an empty one."""
    from nbgrader.converters import GenerateFeedback

    from autograder.nbgrader_bridge.converters import convert

    course = assignment.course
    config = copy.deepcopy(course.config)
    config.CourseDirectory.db_url = course.db_url
    _require_sanitizing(config)

    def generate(student: str) -> str:
        reason = convert(GenerateFeedback, course.root, assignment.name, config, student=student)
        return "" if reason is None else f"{type(reason).__name__}: {reason}"

    yield generate


def _require_sanitizing(config: Any) -> None:
    """Makes sure that pages are sanitized, even if the course's nbgrader_config.py does not say so."""
    safe = "autograder.nbgrader_bridge.preprocessors.SafeFeedback"
    others = [name for name in config.HTMLExporter.get("preprocessors", []) if name != safe]
    config.HTMLExporter.preprocessors = [safe, *others]
    filters = dict(config.HTMLExporter.get("filters", {}))
    config.HTMLExporter.filters = {**filters, "markdown2html": "autograder.notebooks.sanitize.markdown2html"}
