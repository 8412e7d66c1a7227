"""Results on disk: reports/<assignment>/<student>.json, for instructors only.

They hold what students must not see (messages of exceptions raised by hidden inputs), so they stay out of
autograded/, from which nbgrader copies every file into feedback/.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
from dataclasses import replace
from pathlib import Path

from autograder.course.layout import CourseAssignment
from autograder.results.model import NotebookResult, SubmissionResult

_log = logging.getLogger(__name__)


def path_of(assignment: CourseAssignment, student: str) -> Path:
    """Where a student's result lies."""
    return assignment.reports / f"{student}.json"


def read(assignment: CourseAssignment, student: str) -> SubmissionResult | None:
    """A student's result; None when there is none that can be read."""
    path = path_of(assignment, student)
    try:
        return SubmissionResult.from_json(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        _log.warning(
            "%s cannot be read (%s: %s); the submission counts as not graded", path, type(error).__name__, error
        )
        return None


def read_all(assignment: CourseAssignment) -> list[SubmissionResult]:
    """The results of all students, sorted by name."""
    paths = sorted(assignment.reports.glob("*.json"))
    return [result for path in paths if (result := read(assignment, path.stem)) is not None]


def write(assignment: CourseAssignment, result: SubmissionResult) -> None:
    """Writes a student's result; the last step of grading, so that a fingerprint tells that all the rest is done."""
    path = path_of(assignment, result.student)
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(result.to_json(), indent=1, ensure_ascii=False)
    write_atomically(path, text.encode("utf-8", "replace"))


def write_notebook(assignment: CourseAssignment, student: str, notebook: str, result: NotebookResult) -> None:
    """Writes the result of one notebook, as nbgrader grades them one by one.

    Without a fingerprint: `autograder grade` cannot know what the others were graded from, and grades again.
    """
    before = read(assignment, student)
    notebooks = {**(before.notebooks if before else {}), notebook: result}
    write(assignment, SubmissionResult(assignment.name, student, notebooks))


def write_error(assignment: CourseAssignment, student: str, error: str) -> None:
    """Keeps the traceback of a grader that crashed, beside what was known of the submission before."""
    before = read(assignment, student) or SubmissionResult(assignment.name, student, {})
    write(assignment, replace(before, fingerprint="", error=error))


def write_atomically(path: Path, data: bytes) -> None:
    """Writes beside the file and renames: whoever reads sees the old content or the new, never half."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_bytes(data)
        draft.replace(path)
    finally:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)
