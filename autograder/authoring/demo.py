"""`autograder demo`: classes whose scores are known beforehand, graded the way real ones are."""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from autograder.authoring.sample_class import (
    SampleKind,
    SampleSubmission,
    copy_course,
    damaged_samples,
    expected_score,
    samples,
    spread,
    submit,
)
from autograder.course.layout import Course, CourseAssignment
from autograder.errors import CourseError
from autograder.grading import batch
from autograder.grading.options import GradingOptions
from autograder.grading.pool import Pool
from autograder.nbgrader_bridge.feedback import feedback
from autograder.nbgrader_bridge.recorded import NbgraderGradebook
from autograder.reporting.progress import Bar
from autograder.results import store
from autograder.results.model import Status, Verdict
from autograder.testing.suite import Suite

_MARK = ".made-by-autograder-demo"
_WRONG, _RIGHT, _DAMAGED = 6, 1, 3
"""Samples of each kind in the short demo: with solution and untouched release, a class of a dozen."""

_OPTIONS = GradingOptions(quick=True)
_TOLERANCE = 1e-3


@dataclass(frozen=True)
class _Row:
    """One sample submission, what became of it, and what it had to earn."""

    sample: SampleSubmission
    outcome: batch.Outcome
    expected: float

    @property
    def is_expected(self) -> bool:
        return self.outcome.status == "graded" and abs(self.outcome.score - self.expected) < _TOLERANCE

    @property
    def score(self) -> str:
        graded = self.outcome.status == "graded"
        return f"{self.outcome.score:g} of {self.outcome.max_score:g}" if graded else "not graded"


def run(course: Course, folder: Path, *, console: Console, workers: int = 0, everything: bool = False) -> bool:
    """Makes a course in ``folder``, grades a class for each assignment; True when every score is the expected one.

    A class has a dozen sample submissions, or, with ``everything``, all wrong and right answers and damaged files.
    Raises CourseError when the folder holds something else.
    """
    _clear(folder)
    names = course.assignment_names()
    start = time.monotonic()
    with console.status(f"building {len(names)} assignments in {folder}/"):
        copied = copy_course(course, folder, names)
    rows: dict[str, list[_Row]] = {}
    with Pool(workers) as pool:
        for name in names:
            rows[name] = _grade(copied.assignment(name), console, pool, everything=everything)
            _print_class(copied.assignment(name), rows[name], console, everything=everything)
    if not everything:
        _print_telling(copied, rows, console)
    wrong = [(name, row) for name, class_ in rows.items() for row in class_ if not row.is_expected]
    _print_end(copied, wrong, console, time.monotonic() - start)
    return not wrong


def _clear(folder: Path) -> None:
    """Removes an earlier demo, and nothing else."""
    if folder.exists() and any(folder.iterdir()):
        if not (folder / _MARK).is_file():
            raise CourseError(
                f"{str(folder)!r} is not empty and was not made by `autograder demo`; name another folder"
            )
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _MARK).touch()


def _class(place: CourseAssignment, *, everything: bool) -> list[SampleSubmission]:
    assignment = place.load()
    known, damaged = samples(place, assignment), damaged_samples(place, assignment)
    if everything:
        return known + damaged
    wrong = [sample for sample in known if sample.kind is SampleKind.WRONG]
    right = [sample for sample in known if sample.kind is SampleKind.RIGHT]
    patient = [
        sample for sample in damaged if sample.student != "damaged-endless_loop"
    ]  # it takes its whole time limit
    return [*known[:2], *spread(wrong, _WRONG), *spread(right, _RIGHT), *patient[:_DAMAGED]]


def _grade(place: CourseAssignment, console: Console, pool: Pool, *, everything: bool) -> list[_Row]:
    """Grades the assignment's class and writes the feedback of a part of it."""
    class_ = _class(place, everything=everything)
    for sample in class_:
        submit(place, sample)
    with Bar(f"grading {place.name}", console, transient=True) as advance:
        outcomes = batch.grade(place, NbgraderGradebook(place), options=_OPTIONS, progress=advance, pool=pool)
    shown = _with_feedback(class_, everything=everything)
    with Bar(f"writing {len(shown)} feedback pages", console, transient=True) as advance:
        feedback(place, students=shown, progress=advance, pool=pool)
    assignment = place.load()
    found = {outcome.student: outcome for outcome in outcomes}
    with Suite(assignment.hidden_tests, device=_OPTIONS.device_for(place)) as suite:
        slow = suite.slow_tests()
        return [
            _Row(
                sample,
                found.get(sample.student, batch.Outcome(sample.student, "error", message="nobody graded it")),
                expected_score(assignment, suite, sample, skipped=slow),
            )
            for sample in class_
        ]


def _with_feedback(class_: Sequence[SampleSubmission], *, everything: bool) -> list[str]:
    """The students who get a feedback page; nbgrader takes half a second for each, so one of every kind must do."""
    count = _WRONG if everything else 1
    kinds = (SampleKind.SOLUTION, SampleKind.UNTOUCHED, SampleKind.DAMAGED, SampleKind.WRONG)
    of_kind = ([sample.student for sample in class_ if sample.kind is kind] for kind in kinds)
    return [student for students in of_kind for student in students[-count:]]


def _print_class(place: CourseAssignment, rows: list[_Row], console: Console, *, everything: bool) -> None:
    expected = sum(row.is_expected for row in rows)
    seconds = sum(row.outcome.seconds for row in rows)
    mark = "[green]✓[/]" if expected == len(rows) else "[red]✗[/]"
    console.print(
        f"{mark} [bold]{place.name}[/] {escape(place.settings.title)}: {len(rows)} submissions graded, "
        f"{expected} of {len(rows)} scores as expected, {seconds / len(rows):.2f} s each",
        soft_wrap=True,
    )
    if everything:
        console.print(_table(rows))


def _table(rows: list[_Row]) -> Table:
    table = Table(expand=True, box=SIMPLE_HEAD)
    table.add_column("student", no_wrap=True, overflow="ellipsis", ratio=2)
    table.add_column("what was submitted", no_wrap=True, overflow="ellipsis", ratio=3)
    for column in ("score", "expected", ""):
        table.add_column(column, justify="right", no_wrap=True)
    for row in rows:
        mark = "[green]✓[/]" if row.is_expected else "[red]✗[/]"
        claim = escape(row.sample.claim.splitlines()[0])
        table.add_row(row.sample.student, claim, row.score, f"{row.expected:g}", mark)
    return table


def _print_telling(course: Course, rows: dict[str, list[_Row]], console: Console) -> None:
    """Three results that say most about grading: a mistake and what its author reads, a crash, an unusual answer."""
    console.print("\nThree results:")
    everyone = [(course.assignment(name), row) for name, class_ in rows.items() for row in class_]
    mistakes = [(verdict, place, row) for place, row in everyone for verdict in _single_failure(place, row)]
    for verdict, place, row in sorted(mistakes, key=lambda mistake: -len(mistake[0].reason))[:1]:
        console.print(f"  • {_about(place, row)} Its author reads:\n{_told(verdict)}", soft_wrap=True)
    full = [(place, row) for place, row in everyone if row.outcome.score == row.outcome.max_score]
    for student, what in (("damaged-os_exit", "loses nothing"), ("right-", "is right")):
        for place, row in [(place, row) for place, row in reversed(full) if row.sample.student.startswith(student)][:1]:
            console.print(f"  • {_about(place, row)} It {what}.", soft_wrap=True)


def _about(place: CourseAssignment, row: _Row) -> str:
    return f"{place.name}, {row.sample.student}: {escape(row.sample.claim.splitlines()[0])} It earns {row.score}."


def _single_failure(place: CourseAssignment, row: _Row) -> list[Verdict]:
    """The one hidden test that a wrong answer fails, with a hint; nothing where there are several."""
    result = store.read(place, row.sample.student) if row.sample.kind is SampleKind.WRONG else None
    failed = [verdict for verdict in (result.verdicts if result else ()) if verdict.status is Status.FAILED]
    return failed if len(failed) == 1 and failed[0].hint else []


def _told(verdict: Verdict) -> str:
    reason = verdict.reason[:1].upper() + verdict.reason[1:].removesuffix(".")
    return escape(f"      ✗ {verdict.sentence} {reason}. {verdict.hint}")


def _print_end(course: Course, wrong: list[tuple[str, _Row]], console: Console, seconds: float) -> None:
    root = course.root
    for name, row in wrong:
        why = f"{row.score} instead of {row.expected:g} {row.outcome.message}".strip()
        console.print(f"[red]✗ {name}: {row.sample.student}: {escape(why)}[/]", soft_wrap=True)
    verdict = "[red]Some scores are not the expected ones.[/]" if wrong else "[green]Every score is as expected.[/]"
    lines = (
        f"\n{verdict} ({seconds:.0f} s; slow hidden tests were skipped)",
        f"Gradebook          {root / 'gradebook.db'}",
        f"Graded notebooks   {course.autograded}/<student>/<assignment>/",
        f"Feedback           {course.feedback}/<student>/<assignment>/<assignment>.html",
        f"Results            {course.reports}/<assignment>/<student>.json",
        f"\nNext: cd {root}, then `autograder report NAME` shows a class, `jupyter lab` (Nbgrader > Formgrader) opens",
        "the written answers, and `autograder grade NAME` grades a notebook that you put into submitted/.",
    )
    console.print("\n".join(lines), soft_wrap=True)
