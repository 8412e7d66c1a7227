"""Reads and writes results on disk: reports/<assignment>/<student>.json, for instructors only.

They contain what students must not see (messages of exceptions that hidden inputs raised), so they stay out of
autograded/, from which nbgrader copies every file to feedback/.
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
    """Returns the path of a student's result."""
    return assignment.reports / f"{student}.json"


def read(assignment: CourseAssignment, student: str) -> SubmissionResult | None:
    """Reads a student's result; returns None when there is none, or none that can be read."""
    path = path_of(assignment, student)
    try:
        result = SubmissionResult.from_json(json.loads(path.read_text(encoding="utf-8")))
        if (result.assignment, result.student) != (assignment.name, student):
            raise ValueError(f"it is the result of {result.student!r} for {result.assignment!r}")
        return result
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        _log.warning(
            "%s cannot be read (%s: %s); the submission counts as not graded", path, type(error).__name__, error
        )
        return None


def read_all(assignment: CourseAssignment) -> list[SubmissionResult]:
    """Reads the results of all students, sorted by name."""
    paths = sorted(assignment.reports.glob("*.json"))
    return [result for path in paths if (result := read(assignment, path.stem)) is not None]


def write(assignment: CourseAssignment, result: SubmissionResult) -> None:
    """Writes a student's result, as the last step of grading: its fingerprint shows that all other steps are done."""
    path = path_of(assignment, result.student)
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(result.to_json(), indent=1, ensure_ascii=False)
    write_atomically(path, text.encode("utf-8", "replace"))


def write_notebook(assignment: CourseAssignment, student: str, notebook: str, result: NotebookResult) -> None:
    """Writes the result of one notebook, for nbgrader, which grades them one by one.

    It has no fingerprint: `autograder grade` cannot know from what the others were graded, and grades all again.
    """
    previous = read(assignment, student)
    notebooks = {**(previous.notebooks if previous else {}), notebook: result}
    write(assignment, SubmissionResult(assignment.name, student, notebooks))


def write_error(assignment: CourseAssignment, student: str, error: str) -> None:
    """Adds the traceback of a crash of the grader to the previous result."""
    previous = read(assignment, student) or SubmissionResult(assignment.name, student, {})
    write(assignment, replace(previous, fingerprint="", error=error))


def write_atomically(path: Path, data: bytes) -> None:
    """Writes a file by renaming a temporary one: readers see either the old content or the new, never a part of it."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.write_bytes(data)
        temporary.replace(path)
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
