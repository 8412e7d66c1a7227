"""Writes results to nbgrader's own gradebook, with one commit per submission.

The rows are those of nbgrader's ``SaveAutoGrades``, which commits once per graded cell and marks every manual score as
open again. Both ``nbgrader autograde`` and ``autograder grade`` use this module.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from nbgrader.api import Gradebook, MissingEntry, Student
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy import event
from sqlalchemy.exc import SQLAlchemyError
from traitlets.config import Config

from autograder.course.layout import Course
from autograder.course.submitted.roster import require_name
from autograder.course.submitted.times import submission_time
from autograder.errors import CourseError
from autograder.nbgrader_bridge.converters import create_gradebook
from autograder.nbgrader_bridge.page.stale import mark_stale
from autograder.notebooks.intake import Cell, Submission
from autograder.results import store
from autograder.results.model import CheckResult, NotebookResult

NO_RESPONSE = "No response."
"""nbgrader's automatic comment on an unchanged answer."""


@event.listens_for(Student, "init")
def _require_name(student: Any, args: tuple[Any, ...], fields: dict[str, Any]) -> None:
    """Refuses a new student whose id a web page would misread, whichever of nbgrader's commands adds it."""
    require_name(str(fields.get("id", "")))


def read_times_strictly() -> None:
    """Lets nbgrader's commands read timestamp.txt as we do: theirs end at the first one that is no time."""

    def existing_timestamp(self: Any, dest_path: str) -> datetime | None:
        return submission_time(Path(dest_path))

    CourseDirectory.get_existing_timestamp = existing_timestamp


class Book:
    """nbgrader's gradebook, open for reading and writing; use it as a context manager."""

    def __init__(self, course: Course) -> None:
        create_gradebook(course.db_url)
        self._course = course
        self._config: Config = course.config
        self._gradebook = Gradebook(course.db_url, course.course_id)
        # Otherwise every commit expires the assignment's cells, and they are read again for each submission.
        self._gradebook.db().expire_on_commit = False

    def __enter__(self) -> Book:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._gradebook.close()

    def require(self, assignment: str) -> None:
        """Raises CourseError unless the gradebook contains the assignment."""
        try:
            self._gradebook.find_assignment(assignment)
        except MissingEntry:
            command = self._course.assignment(assignment).build_command
            raise CourseError(f"the gradebook has no assignment {assignment!r}; run `{command}`") from None

    def save(
        self,
        assignment: str,
        student: str,
        notebooks: Mapping[str, tuple[Submission, NotebookResult]],
    ) -> None:
        """Writes scores, comments, flags and the late penalty of a submission; raises CourseError if it cannot."""
        with self._database_errors():
            self._save(assignment, student, notebooks, submission_time(self._course.submitted / student / assignment))
        mark_stale(self._course.feedback / student / assignment)

    @contextmanager
    def _database_errors(self) -> Iterator[None]:
        """Rolls this student's rows back after any error; those of the database (a full disk) become CourseError."""
        try:
            yield
        except Exception as error:
            self._gradebook.db.rollback()
            if not isinstance(error, SQLAlchemyError):
                raise
            why = getattr(error, "orig", None) or error
            raise CourseError(f"the gradebook cannot be written ({why}); grade this student again") from error

    def _save(
        self,
        assignment: str,
        student: str,
        notebooks: Mapping[str, tuple[Submission, NotebookResult]],
        timestamp: datetime | None,
    ) -> None:
        gradebook = self._gradebook
        gradebook.update_or_create_student(student)
        when = {"timestamp": timestamp} if timestamp else {}
        with gradebook.db.no_autoflush:  # nbgrader builds the rows one by one; flushing each would warn
            submitted = gradebook.update_or_create_submission(assignment, student, **when)
        for notebook in submitted.notebooks:
            if notebook.name in notebooks:
                self._save_notebook(notebook, assignment, student, *notebooks[notebook.name])
                self._save_late_penalty(submitted, notebook)
        gradebook.db.commit()

    def save_notebook(
        self, assignment: str, student: str, name: str, submission: Submission, result: NotebookResult
    ) -> None:
        """Writes one notebook of a submission that is already in the gradebook; raises CourseError if it cannot."""
        with self._database_errors():
            notebook = self._gradebook.find_submission_notebook(name, assignment, student)
            self._save_notebook(notebook, assignment, student, submission, result)
            self._gradebook.db.commit()
        mark_stale(self._course.feedback / student / assignment)

    def grade_by_hand(self, assignment: str, student: str, answer: str, *, points: float, comment: str) -> None:
        """Gives an answer in the notebook of an assignment points and a comment, as a person does in formgrader."""
        place = (answer, assignment, assignment, student)  # the notebook has the assignment's name
        with self._database_errors():
            grade = self._gradebook.find_grade(*place)
            grade.manual_score, grade.needs_manual_grade = points, False
            self._gradebook.find_comment(*place).manual_comment = comment
            self._gradebook.db.commit()

    def _save_notebook(
        self, notebook: Any, assignment: str, student: str, submission: Submission, result: NotebookResult
    ) -> None:
        cells = {cell.grade_id: cell for cell in submission.cells if cell.grade_id}
        checks = {check.grade_id: check for check in result.checks}
        seen = self._seen(notebook, assignment, student, submission, result)
        # A person decides about a file that cannot be read as a whole, so the mark on one of its cells is enough.
        marked = next(iter(checks), "") if submission.problem else ""
        for grade in notebook.grades:
            cell = cells.get(grade.name)
            if cell is not None:
                decided = grade.manual_score is not None and grade.name in seen
                _save_grade(grade, cell, checks.get(grade.name), decided=decided, marked=grade.name == marked)
        graded_with = _graded_with(submission, checks)
        for comment in notebook.comments:
            cell = cells.get(comment.name)
            if cell is not None:
                untouched = cell.role != "task" and cell.source == cell.stub
                answer = submission.problem or NO_RESPONSE
                comment.auto_comment = answer if untouched else graded_with.get(comment.name)

    def _seen(
        self, notebook: Any, assignment: str, student: str, submission: Submission, result: NotebookResult
    ) -> set[str]:
        """Returns the cells about which a person who has decided would learn nothing new.

        These are answers that are the same as when the submission was graded before, and checks for which there is no
        other reason to look at them than there was.
        """
        if all(grade.manual_score is None for grade in notebook.grades):
            return set()  # which saves reading the result
        previous = store.read(self._course.assignment(assignment), student)
        before = previous.notebooks.get(notebook.name) if previous else None
        answers = {name for name, answer in submission.written.items() if before and before.written.get(name) == answer}
        reasons = {check.grade_id: _reasons(check) for check in before.checks} if before else {}
        if submission.problem and (before is None or before.problem != submission.problem):
            return answers
        return answers | {
            check.grade_id for check in result.checks if _reasons(check) in ([], reasons.get(check.grade_id))
        }

    def _save_late_penalty(self, submitted: Any, notebook: Any) -> None:
        """Records the penalty of the course's plugin, as nbgrader's AssignLatePenalties does."""
        notebook.late_submission_penalty = None
        late = submitted.total_seconds_late
        if late > 0:
            try:
                with _importing_from(self._course.root):
                    assign = AssignLatePenalties(config=self._config)
                    plugin = assign.plugin_class(parent=assign)
                penalty = plugin.late_submission_penalty(submitted.student.id, notebook.score, late)
                notebook.late_submission_penalty = assign._check_late_penalty(notebook, penalty)
            except Exception as error:  # the plugin may be missing, or raise anything
                name = self._config.AssignLatePenalties.get("plugin_class", "LateSubmissionPlugin")
                raise CourseError(
                    f"the late-penalty plugin {name} failed for this student ({type(error).__name__}: {error}); "
                    "fix the plugin and grade this student again"
                ) from error


@contextmanager
def _importing_from(folder: Path) -> Iterator[None]:
    """Makes the modules in a folder importable, as nbgrader's commands do with the course's."""
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))


def _graded_with(submission: Submission, checks: Mapping[str, CheckResult]) -> dict[str, str]:
    """Maps answers to what their check was graded with, if it has data; nbgrader comments on answers, not checks."""
    graded_with: dict[str, str] = {}
    answers: list[str] = []
    for cell in submission.cells:
        if cell.role == "answer":
            answers.append(cell.grade_id)
        elif cell.role == "check":
            check = checks.get(cell.grade_id)
            if check is not None and check.graded_with:
                graded_with |= dict.fromkeys(answers, check.graded_with)
            answers = []
    return graded_with


def _reasons(check: CheckResult) -> list[tuple[str, tuple[str, ...]]]:
    """Returns why a person must look at a check: its hidden tests that were flagged or not run."""
    return [(verdict.test, verdict.flags) for verdict in check.verdicts if verdict.flags or not verdict.was_run]


def _save_grade(grade: Any, cell: Cell, check: CheckResult | None, *, decided: bool, marked: bool) -> None:
    """Saves the score of a cell; ``decided`` is one whose manual score is for the same answer, ``marked`` is flagged.

    nbgrader would ask for every manual score again. We ask only when what the person has seen is no longer so.
    """
    before = grade.auto_score
    if cell.role == "task":  # graded by hand; nbgrader itself would give zero points where a file has another name
        grade.auto_score = None
        grade.needs_manual_grade = grade.needs_manual_grade or not decided
        return
    if check is not None:
        grade.auto_score = check.score
    else:
        grade.auto_score = 0.0 if cell.is_blank else None
    if decided and grade.auto_score == before:
        return
    flagged = marked or (check is not None and check.needs_person)
    grade.needs_manual_grade = flagged or grade.manual_score is not None or grade.auto_score is None
