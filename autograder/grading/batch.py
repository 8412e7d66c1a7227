"""Grades a class: worker processes with a warm zygote each, one writer to the gradebook.

A submission is done when its record carries the right fingerprint, which is written last. So a grader that is
killed in the middle loses nothing: run again, it skips what is done and grades the rest.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from autograder.course.assignment import Assignment
from autograder.course.data import load
from autograder.course.layout import Course, printable
from autograder.errors import CourseError, SandboxError
from autograder.grading import graded_notebook, intake
from autograder.grading.grader import Grader, Record
from autograder.grading.intake import Submission
from autograder.grading.pool import Died, Job, Pool
from autograder.grading.setup import GradingOptions, assignment_of, digest, handed_out, open_graders, templates
from autograder.notebooks import ipynb as nb
from autograder.results import store as records

if TYPE_CHECKING:
    from autograder.nbgrader_bridge.gradebook import Book

Graded = dict[str, tuple[Submission, Record]]
Progress = Callable[["Outcome", int], None]
"""Called with each outcome and the size of the class."""


@dataclass(frozen=True)
class Options:
    """How to grade a class: again even if done, on how many processes (one per core when 0), and on which terms."""

    force: bool = False
    workers: int = 0
    terms: GradingOptions = field(default_factory=GradingOptions)


@dataclass(frozen=True)
class Outcome:
    """What became of one submission: graded now, done before, or not graded and why."""

    student: str
    status: Literal["graded", "up to date", "error"]
    score: float = 0.0
    max_score: float = 0.0
    needs_person: bool = False
    message: str = ""
    seconds: float = 0.0


def grade(
    course: Course,
    name: str,
    *,
    students: Sequence[str] = (),
    options: Options | None = None,
    progress: Progress = lambda outcome, total: None,
    announce: Callable[[str], None] = lambda said: None,
    pool: Pool | None = None,
) -> list[Outcome]:
    """Grades the submissions of an assignment (all, or those of ``students``), and reports each as it is done.

    ``announce`` hears which data are used, where the assignment has any. A ``pool`` of worker processes that is
    handed in stays open.
    """
    options = options or Options()
    templates(course, name)
    roster, refused = _roster(course, name, students)
    ours = _terms_digest(course, name, options.terms, announce)
    outcomes = [Outcome(printable(student), "error", message=why) for student, why in refused.items()]
    todo: dict[str, str] = {}
    for student in roster:
        fingerprint = _fingerprint(course, name, student, ours)
        done = None if options.force else _done_before(course, name, student, fingerprint)
        if done is None:
            todo[student] = fingerprint
        else:
            outcomes.append(done)
    total = len(outcomes) + len(todo)
    for outcome in outcomes:
        progress(outcome, total)
    if todo:
        with nullcontext(pool) if pool else Pool(options.workers) as staff:
            outcomes += _grade_all(course, name, todo, options, staff, lambda outcome: progress(outcome, total))
    return sorted(outcomes, key=lambda outcome: outcome.student)


def _terms_digest(course: Course, name: str, terms: GradingOptions, announce: Callable[[str], None]) -> str:
    """A fingerprint of our side: whatever would change a score, the device and the data included.

    Data that is not here yet is fetched now, once; the worker processes find it.
    """
    assignment = assignment_of(course, name)
    data = load(assignment.data) if assignment and not terms.quick else None
    device = terms.device_for(assignment)
    if data is not None:
        announce(f"{name} is graded with {data.said}")
    return f"{digest(course, name)} {replace(terms, device=device)} {data.name if data else ''}"


def _roster(course: Course, name: str, students: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    found = course.students(name)
    for student in students:
        if student not in found.students:
            why = found.refused.get(student, f"there is no submitted/{student}/{name}/")
            raise CourseError(f"nothing to grade for the student {student!r}: {why}")
    if not found.students and not found.refused:
        raise CourseError(f"nobody submitted {name!r}: put notebooks into {course.submitted}/<student>/{name}/")
    return list(students or found.students), {} if students else found.refused


def _fingerprint(course: Course, name: str, student: str, ours: str) -> str:
    """Of everything a score depends on: the assignment, the engine, and the submission's bytes."""
    found = hashlib.sha256(ours.encode())
    folder = course.submitted / student / name
    for path in [*sorted(folder.glob("*.ipynb")), folder / "timestamp.txt"]:
        found.update(path.name.encode())
        try:
            if path.is_file() and not path.is_symlink() and path.stat().st_size <= nb.MAX_BYTES:
                found.update(path.read_bytes())
        except OSError as error:
            found.update(str(error).encode())
    return found.hexdigest()


def _done_before(course: Course, name: str, student: str, fingerprint: str) -> Outcome | None:
    entry = records.read(course, name, student)
    if entry.get("fingerprint") != fingerprint or not (course.autograded / student / name).is_dir():
        return None
    return Outcome(
        student, "up to date", entry["score"], entry["max_score"], entry["needs_person"], records.problems(entry)
    )


# -- the writer ----------------------------------------------------------------------------------------


def _grade_all(
    course: Course, name: str, todo: dict[str, str], options: Options, pool: Pool, progress: Callable[[Outcome], None]
) -> list[Outcome]:
    from autograder.nbgrader_bridge.gradebook import Book  # nbgrader comes along, which the workers do without

    outcomes = []
    with ExitStack() as stack:
        book = stack.enter_context(Book(course))
        book.require(name)
        _sweep(course.autograded)
        drafts = course.autograded / f".drafts-{os.getpid()}"
        stack.callback(shutil.rmtree, drafts, ignore_errors=True)
        arguments = (str(course.root), name, options, str(drafts), assignment_of(course, name))
        for student, answer in pool.map(Job("autograder.grading.batch:open_worker", arguments), list(todo)):
            outcome = _finish(course, name, student, todo[student], answer, book, drafts)
            outcomes.append(outcome)
            progress(outcome)
    return outcomes


def _finish(
    course: Course, name: str, student: str, fingerprint: str, answer: Graded | str | Died, book: Book, drafts: Path
) -> Outcome:
    """Gradebook first, then the notebooks, then the record: each step can be repeated."""
    if isinstance(answer, Died):
        why = f"the grader's worker process died (exit code {answer.exit_code}); grade this student again"
        return Outcome(student, "error", message=why)
    if isinstance(answer, str):
        return Outcome(student, "error", message=answer)
    try:
        book.save(name, student, answer)
        _put_in_place(drafts / student, course.autograded / student / name)
        kept = {notebook: record for notebook, (_, record) in answer.items()}
        records.write(course, name, student, fingerprint, kept)
    except CourseError as error:
        return Outcome(student, "error", message=str(error))
    except OSError as error:
        return Outcome(student, "error", message=f"the result cannot be written: {error.strerror or error}")
    found = list(kept.values())
    return Outcome(
        student,
        "graded",
        sum(record.score for record in found),
        sum(check.points for record in found for check in record.checks),
        any(record.needs_person for record in found),
        "; ".join(record.problem for record in found if record.problem),
        sum(record.seconds for record in found),
    )


def _sweep(folder: Path) -> None:
    """Removes what graders that were killed have left behind."""
    for drafts in folder.glob(".drafts-*"):
        if not Path("/proc", drafts.name.removeprefix(".drafts-")).exists():
            shutil.rmtree(drafts, ignore_errors=True)


def _put_in_place(draft: Path, target: Path) -> None:
    """Replaces a folder by another; whoever looks sees one of them."""
    target.parent.mkdir(parents=True, exist_ok=True)
    old = draft.with_name(f"{draft.name}.old")
    if target.exists():
        target.rename(old)
    draft.rename(target)
    shutil.rmtree(old, ignore_errors=True)


# -- the workers ---------------------------------------------------------------------------------------


@contextmanager
def open_worker(
    root: str, name: str, options: Options, drafts: str, ours: Assignment | None
) -> Iterator[Callable[[str], Graded | str]]:
    """What a worker process opens: the assignment's graders; it then grades the students it is sent."""
    course = Course(Path(root))
    with open_graders(course, name, options.terms, ours, download=False) as graders:
        yield lambda student: _grade_one(course, name, student, graders, Path(drafts))


def _grade_one(course: Course, name: str, student: str, graders: dict[str, Grader], drafts: Path) -> Graded | str:
    folder = course.submitted / student / name
    graded: Graded = {}
    try:
        for notebook, grader in graders.items():
            submission = intake.read(folder / f"{notebook}.ipynb", grader.template)
            record = grader.grade(submission)
            _write(drafts / student / f"{notebook}.ipynb", nb.dump(graded_notebook.build(submission, record)))
            graded[notebook] = (submission, replace(record, outputs={}))
        _copy_files(course, name, folder, drafts / student)
    except SandboxError:
        raise
    except OSError as error:
        return f"the result cannot be written: {error.strerror or error}"
    except Exception as error:  # noqa: BLE001 - ours, and no reason to lose the others
        return f"the grader failed ({type(error).__name__}: {error}); please report it, and grade this student again"
    return graded


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    path.chmod(0o444)  # as nbgrader leaves it


def _copy_files(course: Course, name: str, submitted: Path, draft: Path) -> None:
    """The assignment's own files and the timestamp go along, as nbgrader does; nothing else of the student's."""
    for path in handed_out(course, name):
        _write(draft / path.relative_to(course.source / name), path.read_bytes())
    stamp = submitted / "timestamp.txt"
    if stamp.is_file() and not stamp.is_symlink() and stamp.stat().st_size < 1000:
        _write(draft / "timestamp.txt", stamp.read_bytes())
