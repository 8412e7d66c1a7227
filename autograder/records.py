"""Records on disk: reports/<assignment>/<student>.json, what grading found out, for instructors only.

They hold what students must not see (messages of exceptions raised by hidden inputs), so they stay out of
autograded/, from which nbgrader copies every file into feedback/.
"""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path
from typing import Any

from autograder.course import Course
from autograder.grading import Record


def path_of(course: Course, assignment: str, student: str) -> Path:
    """Where a student's record lies."""
    return course.reports / assignment / f"{student}.json"


def read(course: Course, assignment: str, student: str) -> dict[str, Any]:
    """The record, or nothing when there is none that can be read."""
    try:
        found = json.loads(path_of(course, assignment, student).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def write(course: Course, assignment: str, student: str, fingerprint: str, notebooks: dict[str, Record]) -> None:
    """Writes the record; the last step of grading, so that one with this fingerprint is known to be complete."""
    entry = {
        "assignment": assignment,
        "student": student,
        "fingerprint": fingerprint,
        "score": sum(record.score for record in notebooks.values()),
        "max_score": sum(check.points for record in notebooks.values() for check in record.checks),
        "needs_person": any(record.needs_person for record in notebooks.values()),
        "notebooks": {name: record.to_json() for name, record in notebooks.items()},
    }
    path = path_of(course, assignment, student)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, json.dumps(entry, indent=1, ensure_ascii=False).encode("utf-8", "replace"))


def write_atomically(path: Path, data: bytes) -> None:
    """Writes beside the file and renames: whoever reads sees the old content or the new, never half."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_bytes(data)
        draft.replace(path)
    finally:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)
