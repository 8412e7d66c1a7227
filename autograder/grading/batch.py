"""Grades a class: several worker processes, each with a warm zygote, and one process that writes to the gradebook.

A submission is up to date when its stored result, which is written last, has the current fingerprint and the gradebook
has its score. So nothing is lost when a grader is killed: run again, it skips what is up to date and grades the rest.
"""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Literal, Protocol

from autograder.course.devices import CUDA
from autograder.course.layout import CourseAssignment
from autograder.course.submitted.roster import printable
from autograder.errors import CourseError, NotebookError
from autograder.grading.options import GradingOptions, digest
from autograder.grading.pool import Died, Job, Pool
from autograder.notebooks import ipynb
from autograder.notebooks.intake import MAX_FILES_BYTES, Submission
from autograder.notebooks.submitted_files import MAX_FILES, read_folder
from autograder.results import store
from autograder.results.model import NotebookResult, Status, SubmissionResult

GradedNotebooks = dict[str, tuple[Submission, NotebookResult]]
"""The graded notebooks of a student: submission and result of each, by the notebook's name."""

Progress = Callable[[str, int], None]
"""A function that is called after each student, with the student's name and the size of the class."""

_log = logging.getLogger(__name__)


class GradebookWriter(Protocol):
    """A gradebook that is open for writing."""

    def save(self, assignment: str, student: str, notebooks: GradedNotebooks) -> None:
        """Records the scores of a student; raises CourseError when they cannot be written."""


class Gradebook(Protocol):
    """Where the scores of a class are recorded; :mod:`autograder.nbgrader_bridge.recorded` has the one for nbgrader."""

    def scores(self) -> Mapping[str, float]:
        """Returns the recorded points by tests of each student."""

    def open(self) -> AbstractContextManager[GradebookWriter]:
        """Opens the gradebook for writing; raises CourseError when the assignment is not in it."""


@dataclass(frozen=True)
class Crash:
    """A failure of the grader itself on a submission: one sentence, and the traceback."""

    message: str
    traceback: str


@dataclass(frozen=True)
class Outcome:
    """What became of a submission: graded now, up to date since an earlier run, or not graded, with the reason."""

    student: str
    status: Literal["graded", "up to date", "error"]
    score: float = 0.0
    max_score: float = 0.0
    needs_person: bool = False
    message: str = ""
    seconds: float = 0.0


def grade(
    assignment: CourseAssignment,
    gradebook: Gradebook,
    *,
    students: Sequence[str] = (),
    options: GradingOptions | None = None,
    force: bool = False,
    workers: int = 0,
    pool: Pool | None = None,
    progress: Progress = lambda student, total: None,
    announce: Callable[[str], None] = lambda message: None,
) -> list[Outcome]:
    """Grades the submissions of an assignment (all, or those of ``students``) that are new or changed.

    ``force`` grades again what is up to date. ``workers`` is the number of processes, 0 for one per core; a ``pool``
    that is passed in is used instead, and stays open. ``progress`` is called after each student; ``announce`` gets a
    line that names the data, where the assignment has any. Raises CourseError when nobody submitted, and SandboxError
    when students' code cannot be isolated.
    """
    options = options or GradingOptions()
    assignment.notebook_names()  # raises when it is not built
    roster, refused = _roster(assignment, students)
    options = replace(options, device=options.device_for(assignment))  # resolved once, for all workers
    basis = _basis_fingerprint(assignment, options, announce)
    recorded = {} if force else gradebook.scores()
    outcomes = [Outcome(printable(student), "error", message=why) for student, why in refused.items()]
    todo: dict[str, str] = {}
    for student in roster:
        fingerprint = _submission_fingerprint(assignment, student, basis)
        earlier = None if force else _earlier_outcome(assignment, student, fingerprint, recorded)
        if earlier is None:
            todo[student] = fingerprint
        else:
            outcomes.append(earlier)
    total = len(outcomes) + len(todo)
    _log.info("%s: %d submissions, %d to grade with %s", assignment.name, total, len(todo), options)
    for outcome in outcomes:
        progress(outcome.student, total)
    if todo:
        with nullcontext(pool) if pool else Pool(workers) as worker_pool:
            for outcome in _grade_all(assignment, gradebook, todo, options, worker_pool, basis):
                outcomes.append(outcome)
                progress(outcome.student, total)
    return sorted(outcomes, key=lambda outcome: outcome.student)


def _basis_fingerprint(assignment: CourseAssignment, options: GradingOptions, announce: Callable[[str], None]) -> str:
    """Returns a fingerprint of what decides a score besides the submission: engine, assignment, device, data.

    Fetches missing data, once, before the worker processes need it.
    """
    data = options.data_for(assignment)
    if data is not None:
        announce(f"{assignment.name} is graded with {data.origin}")
    return f"{digest(assignment)} {options} {data.name if data else ''}"


def _roster(assignment: CourseAssignment, students: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    roster = assignment.roster()
    for student in students:
        if student not in roster.students:
            why = roster.refused.get(student) or f"there is no {assignment.submitted(student)}"
            raise CourseError(f"nothing to grade for the student {student!r}: {why}")
    if not roster.students and not roster.refused:
        where = f"{assignment.course.submitted}/<student>/{assignment.name}/"
        raise CourseError(f"nobody submitted {assignment.name!r}: put notebooks into {where}")
    return list(students or roster.students), {} if students else roster.refused


def _submission_fingerprint(assignment: CourseAssignment, student: str, basis: str) -> str:
    """Returns a hash of everything a score depends on: the ``basis`` and the submission's bytes."""
    fingerprint = hashlib.sha256(basis.encode())
    folder = assignment.submitted(student)
    for path in [*islice(sorted(folder.glob("*.ipynb")), MAX_FILES), folder / "timestamp.txt"]:
        fingerprint.update(str(path.relative_to(folder)).encode(errors="surrogateescape"))
        try:
            if path.is_file() and not path.is_symlink() and path.stat().st_size <= ipynb.MAX_BYTES:
                fingerprint.update(path.read_bytes())
        except OSError as error:
            _log.warning("%r cannot be read: %s", str(path), error.strerror)  # a student chose the name
            fingerprint.update(str(error).encode())
    if assignment.is_classic:
        _add_other_files(fingerprint, folder, assignment.kept_files())
    return fingerprint.hexdigest()


def _add_other_files(fingerprint: hashlib._Hash, folder: Path, skip: frozenset[str]) -> None:
    """Adds the files that are put beside the notebook, or why none of them is."""
    try:
        for name, data in sorted(read_folder(folder, MAX_FILES_BYTES, skip).items()):
            fingerprint.update(name.encode(errors="surrogateescape") + b"\0" + hashlib.sha256(data).digest())
    except (NotebookError, OSError) as error:
        fingerprint.update(str(error).encode(errors="surrogateescape"))


def _earlier_outcome(
    assignment: CourseAssignment, student: str, fingerprint: str, recorded: Mapping[str, float]
) -> Outcome | None:
    """Returns the outcome of an earlier run that is still valid; None when the submission must be graded."""
    result = store.read(assignment, student)
    if result is None or result.fingerprint != fingerprint or not assignment.autograded(student).is_dir():
        return None
    if abs(recorded.get(student, -1.0) - result.score) > 1e-6:
        _log.info("%s: the gradebook has a different score; grading again", student)
        return None
    return _outcome(result, "up to date")


def _outcome(result: SubmissionResult, status: Literal["graded", "up to date"]) -> Outcome:
    seconds = result.seconds if status == "graded" else 0.0
    return Outcome(result.student, status, result.score, result.max_score, result.needs_person, result.problem, seconds)


# -- the writer ----------------------------------------------------------------------------------------


def _grade_all(
    assignment: CourseAssignment,
    gradebook: Gradebook,
    todo: dict[str, str],
    options: GradingOptions,
    pool: Pool,
    basis: str,
) -> Iterator[Outcome]:
    autograded = assignment.course.autograded
    with ExitStack() as stack:
        _remove_abandoned_drafts(autograded)
        drafts = autograded / f".drafts-{os.getpid()}"
        stack.callback(shutil.rmtree, drafts, ignore_errors=True)
        arguments = (assignment, options, str(drafts))
        seconds = _item_seconds(assignment, options, pool)
        job = Job("autograder.grading.worker:open_worker", arguments, basis, seconds)
        answers = stack.enter_context(pool.run(job, list(todo)))
        book = stack.enter_context(
            gradebook.open()
        )  # after the workers have started: importing nbgrader takes a second
        for student, answer in answers:
            yield _record(assignment, student, todo[student], answer, book, drafts)


def _item_seconds(assignment: CourseAssignment, options: GradingOptions, pool: Pool) -> float:
    """Returns how long a worker may take for one student; where they queue for a GPU, the others' turns count too."""
    seconds = assignment.settings.limits.grading_seconds * len(assignment.notebook_names())
    return seconds * pool.size if options.device == CUDA else seconds


def _record(
    assignment: CourseAssignment,
    student: str,
    fingerprint: str,
    answer: GradedNotebooks | Crash | Died,
    book: GradebookWriter,
    drafts: Path,
) -> Outcome:
    """Records an answer in the gradebook, then the notebooks, then the result: each step can be repeated."""
    try:
        if isinstance(answer, Died):
            why = f"{answer}; look at the submission and grade this student again"
            _log.error("%s: %s", student, why)
            store.write_error(assignment, student, why)
            return Outcome(student, "error", message=why)
        if isinstance(answer, Crash):
            _log.error("%s: %s\n%s", student, answer.message, answer.traceback)
            store.write_error(assignment, student, answer.traceback)
            return Outcome(student, "error", message=answer.message)
        notebooks = {notebook: result for notebook, (_, result) in answer.items()}
        result = SubmissionResult(assignment.name, student, notebooks, fingerprint)
        book.save(assignment.name, student, answer)
        _replace_folder(drafts / student, assignment.autograded(student))
        store.write(assignment, result)
    except CourseError as error:
        _log.exception("%s was not recorded", student)
        return Outcome(student, "error", message=str(error))
    except OSError as error:
        _log.exception("%s was not recorded", student)
        return Outcome(student, "error", message=write_failure(error))
    except Exception as error:  # noqa: BLE001 - whatever it is, it must not cost the others their grades
        _log.exception("%s was not recorded", student)
        return Outcome(student, "error", message=f"the result cannot be recorded ({type(error).__name__}: {error})")
    for verdict in result.verdicts:
        if verdict.status is Status.ERROR:
            _log.error("%s: %s could not be run\n%s", student, verdict.test, verdict.detail)
    return _outcome(result, "graded")


def write_failure(error: OSError) -> str:
    """Returns the message for a result that could not be written."""
    where = f" ({error.filename})" if error.filename else ""
    return f"the result cannot be written: {error.strerror or error}{where}"


def _remove_abandoned_drafts(folder: Path) -> None:
    """Removes the drafts of graders that were killed."""
    for drafts in folder.glob(".drafts-*"):
        if not Path("/proc", drafts.name.removeprefix(".drafts-")).exists():
            shutil.rmtree(drafts, ignore_errors=True)


def _replace_folder(draft: Path, target: Path) -> None:
    """Replaces the folder ``target`` with ``draft`` by renaming, so that no mixture of the two is ever visible."""
    target.parent.mkdir(parents=True, exist_ok=True)
    old = draft.parent / ".old" / draft.name  # no student's name begins with a dot
    old.parent.mkdir(exist_ok=True)
    if target.exists():
        target.rename(old)
    draft.rename(target)
    shutil.rmtree(old, ignore_errors=True)
