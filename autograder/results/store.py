"""Records on disk: reports/<assignment>/<student>.json, what grading found out, for instructors only.

They hold what students must not see (messages of exceptions raised by hidden inputs), so they stay out of
autograded/, from which nbgrader copies every file into feedback/.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from autograder.course.layout import Course
from autograder.grading.grader import Record


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


def problems(entry: dict[str, Any]) -> str:
    """Why a submission could not be read, from its record; empty when it could."""
    return "; ".join(record["problem"] for record in entry["notebooks"].values() if record["problem"])


def why_a_person(entry: dict[str, Any]) -> str:
    """Why somebody must look at a submission: it could not be read, a test asked for it, or one did not run."""
    checks = [check for record in entry["notebooks"].values() for check in record["checks"]]
    verdicts = [verdict for check in checks for verdict in check["verdicts"]]
    flags = dict.fromkeys(flag for verdict in verdicts for flag in verdict["flags"])
    missing = sum(verdict["status"] == "not run" for verdict in verdicts)
    not_run = f"{missing} hidden {'test was' if missing == 1 else 'tests were'} not run" if missing else ""
    if any(verdict["status"] == "not run" and verdict["reason"] for verdict in verdicts):
        not_run += " (left out by --quick: grade again without it)"
    return "; ".join(part for part in (problems(entry), *flags, not_run) if part)


def write(course: Course, assignment: str, student: str, fingerprint: str, notebooks: Mapping[str, Record]) -> None:
    """Writes the record; the last step of grading, so that one with this fingerprint is known to be complete."""
    _store(course, assignment, student, fingerprint, {name: record.to_json() for name, record in notebooks.items()})


def write_notebook(course: Course, assignment: str, student: str, notebook: str, record: Record) -> None:
    """Writes one notebook's part of the record, as nbgrader grades them one by one.

    Without a fingerprint: the batch cannot know what the others were graded from, and grades again when asked to.
    """
    others = read(course, assignment, student).get("notebooks", {})
    _store(course, assignment, student, "", {**others, notebook: record.to_json()})


def _store(course: Course, assignment: str, student: str, fingerprint: str, notebooks: dict[str, Any]) -> None:
    entry = {
        "assignment": assignment,
        "student": student,
        "fingerprint": fingerprint,
        "score": sum(record["score"] for record in notebooks.values()),
        "max_score": sum(check["points"] for record in notebooks.values() for check in record["checks"]),
        "needs_person": any(record["needs_person"] for record in notebooks.values()),
        "notebooks": notebooks,
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
