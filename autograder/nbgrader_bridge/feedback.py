"""Makes the feedback pages of a class in worker processes, with nbgrader's converter and our exporter."""

from __future__ import annotations

import copy
import logging
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from types import FrameType
from typing import Any

from autograder.course.layout import CourseAssignment
from autograder.errors import BuildError, CourseError
from autograder.grading.batch import Progress
from autograder.grading.pool import Job, Pool
from autograder.nbgrader_bridge.page.stale import is_stale
from autograder.nbgrader_bridge.recorded import NbgraderGradebook

PAGE_SECONDS = 60.0
"""The most time for the pages of a student; ordinary ones take a few hundredths of a second."""

_SHORT_PAGE = """<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>{name}</title></head>
<body><p>Your notebook was graded, but this page would take too long to make. Please ask your instructor.</p></body>
</html>
"""

_log = logging.getLogger(__name__)


class _TooSlow(BaseException):
    """Raised when the time for a page is up; not an Exception, which nbgrader would take for a page that failed."""


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
                failed[student] = str(answer)
            else:
                pages += sorted(assignment.feedback(student).glob("*.html"))
            progress(student, len(todo))
    if failed:
        student, why = min(failed.items())
        more = f" (and for {len(failed) - 1} more students)" if len(failed) > 1 else ""
        raise BuildError(f"the feedback for {student!r}{more} could not be generated: {why}")
    return pages


def is_missing_or_stale(assignment: CourseAssignment, student: str) -> bool:
    """Returns whether a graded student has no feedback, or feedback that is older than the grades."""
    folder = assignment.feedback(student)
    pages = [path.stat().st_mtime for path in folder.glob("*.html")]
    graded = [path.stat().st_mtime for path in assignment.autograded(student).glob("*.ipynb")]
    return bool(graded) and (not pages or min(pages) < max(graded) or is_stale(folder))


@contextmanager
def open_worker(assignment: CourseAssignment) -> Iterator[Callable[[str], str]]:
    """Opens nbgrader's converter in a worker; yields a function that returns an error message, or an empty one."""
    from nbgrader.converters import GenerateFeedback

    from autograder.nbgrader_bridge.converters import convert

    course = assignment.course
    config = copy.deepcopy(course.config)
    config.CourseDirectory.db_url = course.db_url
    _require_our_page(config)

    def generate(student: str) -> str:
        try:
            with _deadline(PAGE_SECONDS):
                reason = convert(GenerateFeedback, course.root, assignment.name, config, student=student)
        except _TooSlow:
            _log.warning("%s: the feedback took more than %g s; a short page says so", student, PAGE_SECONDS)
            _write_short_pages(assignment, student)
            return ""
        return "" if reason is None else f"{type(reason).__name__}: {reason}"

    yield generate


@contextmanager
def _deadline(seconds: float) -> Iterator[None]:
    """Raises _TooSlow in the block when it takes longer; for the main thread, in which workers run their jobs."""

    def ring(number: int, frame: FrameType | None) -> None:
        raise _TooSlow

    previous = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)


def _write_short_pages(assignment: CourseAssignment, student: str) -> None:
    """Writes a page that says what happened for each notebook that has none."""
    folder = assignment.feedback(student)
    folder.mkdir(parents=True, exist_ok=True)
    for name in assignment.notebook_names():
        page = folder / f"{name}.html"
        if not page.exists():
            page.write_text(_SHORT_PAGE.format(name=name), encoding="utf-8")


def _require_our_page(config: Any) -> None:
    """Makes sure that nbgrader makes our page, even if the course's nbgrader_config.py does not say so."""
    config.GenerateFeedback.exporter_class = "autograder.nbgrader_bridge.page.exporter.FeedbackExporter"
    config.GenerateFeedback.preprocessors = []  # nbgrader's own would copy the grades into the notebook
