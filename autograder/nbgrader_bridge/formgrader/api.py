"""Corrects the data of formgrader's pages: who has submitted, why a submission needs a person, which page is stale."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from nbgrader.apps.api import NbGraderAPI
from nbgrader.server_extensions.formgrader import apihandlers

from autograder.course.layout import Course
from autograder.course.submitted.roster import name_problem
from autograder.course.submitted.times import submission_time
from autograder.errors import CourseError
from autograder.nbgrader_bridge.page.stale import mark_stale
from autograder.results import store

Record = dict[str, Any]


def correct() -> None:
    """Changes nbgrader's classes; called once in a process."""
    NbGraderAPI.get_submitted_students = _proper_students(NbGraderAPI.get_submitted_students)
    NbGraderAPI.get_submitted_timestamp = _timestamp
    NbGraderAPI.get_submissions = _with_reasons(NbGraderAPI.get_submissions)
    NbGraderAPI.get_submission = _with_reason(NbGraderAPI.get_submission)
    for handler, row in ((apihandlers.GradeHandler, "grade"), (apihandlers.CommentHandler, "comment")):
        handler.put = _marking_stale(handler.put, row)


def _proper_students(listed: Callable[..., set[str]]) -> Callable[..., set[str]]:
    """Leaves out folders whose names no student can have."""

    def get_submitted_students(self: Any, assignment_id: str) -> set[str]:
        return {student for student in listed(self, assignment_id) if not name_problem(student)}

    return get_submitted_students


def _timestamp(self: Any, assignment_id: str, student_id: str) -> datetime | None:
    folders = self.coursedir
    return submission_time(Path(folders.format_path(folders.submitted_directory, student_id, assignment_id)))


def _with_reasons(read: Callable[..., list[Record]]) -> Callable[..., list[Record]]:
    def get_submissions(self: Any, assignment_id: str) -> list[Record]:
        return [_explained(self, record) for record in read(self, assignment_id)]

    return get_submissions


def _with_reason(read: Callable[..., Record | None]) -> Callable[..., Record | None]:
    def get_submission(self: Any, *arguments: Any, **options: Any) -> Record | None:
        record = read(self, *arguments, **options)
        return record and _explained(self, record)

    return get_submission


def _explained(self: Any, record: Record) -> Record:
    """Adds why a submission needs a person, and whether it could not be read."""
    if not record["needs_manual_grade"]:
        return record
    try:
        assignment = Course.find(Path(self.coursedir.root)).assignment(record["name"])
    except CourseError:
        return record
    result = store.read(assignment, record["student"])
    return record | {"review": result.why_needs_person(), "unreadable": bool(result.problem)} if result else record


def _marking_stale(put: Callable[..., Any], row: str) -> Callable[..., Any]:
    """Returns a method that saves a grade or a comment, and marks the feedback page, which lacks it."""

    def save(self: Any, key: str) -> Any:
        done = put(self, key)
        notebook = getattr(self.gradebook, f"find_{row}_by_id")(key).notebook
        folders = self.coursedir
        page = folders.format_path(folders.feedback_directory, notebook.student.id, notebook.assignment.assignment.name)
        mark_stale(Path(page))
        return done

    return save
