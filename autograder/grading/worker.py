"""The job of a worker process: opens an assignment's graders, then grades one student after another."""

from __future__ import annotations

import logging
import shutil
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from autograder.course.layout import CourseAssignment
from autograder.course.submitted.times import NOTES, read_note
from autograder.errors import SandboxError
from autograder.grading.batch import Crash, GradedNotebooks, write_failure
from autograder.grading.grader import Grader
from autograder.grading.options import GradingOptions
from autograder.grading.pool import WORKER_MB
from autograder.grading.setup import open_graders
from autograder.notebooks import intake, ipynb
from autograder.results import graded_notebook

_READ_ONLY = 0o444
"""The mode of graded files, as nbgrader leaves them."""

_log = logging.getLogger(__name__)


@contextmanager
def open_worker(
    assignment: CourseAssignment, options: GradingOptions, drafts: str
) -> Iterator[Callable[[str], GradedNotebooks | Crash]]:
    """Opens the graders of an assignment, and yields a function that grades a student into the folder ``drafts``.

    ``options.device`` is ``cpu`` or ``cuda``, already resolved.
    """
    with open_graders(assignment, options, device=options.device, download=False) as graders:
        yield lambda student: _grade_one(assignment, student, graders, Path(drafts))


def _grade_one(
    assignment: CourseAssignment, student: str, graders: dict[str, Grader], drafts: Path
) -> GradedNotebooks | Crash:
    folder = assignment.submitted(student)
    graded: GradedNotebooks = {}
    try:
        for notebook, grader in graders.items():
            submission = intake.read(folder / f"{notebook}.ipynb", grader.template)
            result = grader.grade(submission)
            _write(drafts / student / f"{notebook}.ipynb", ipynb.dump(graded_notebook.build(submission, result)))
            graded[notebook] = (
                replace(submission, files={}),
                replace(result, outputs={}),
            )  # nobody needs them any more
        _copy_files(assignment, folder, drafts / student)
    except SandboxError:
        raise
    except MemoryError:
        message = f"grading it took more memory than a worker may hold ({WORKER_MB} MB); look at the submission"
        return Crash(message, traceback.format_exc())
    except OSError as error:
        return Crash(write_failure(error), traceback.format_exc())
    except Exception as error:  # noqa: BLE001 - a bug in the grader must not cost the other students anything
        message = f"the grader failed ({type(error).__name__}: {error}); please report it, and grade this student again"
        return Crash(message, traceback.format_exc())
    return graded


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    path.chmod(_READ_ONLY)


def _copy_files(assignment: CourseAssignment, submitted: Path, draft: Path) -> None:
    """Copies the assignment's own files and nbgrader's notes, as nbgrader does, but no other file of the student's."""
    for path in assignment.supporting_files():
        target = draft / path.relative_to(assignment.source)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
        target.chmod(_READ_ONLY)
    for name in NOTES:
        note = read_note(submitted / name)
        if note is not None:
            _write(draft / name, note.encode())
