"""`autograder demo`: grades classes of sample submissions with known scores."""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from autograder.authoring.demo.students import COPIED, HALF_DONE, MISTAKEN, demo_class
from autograder.authoring.demo.written import grade_by_hand, write_answers
from autograder.authoring.sample_class import SampleKind, SampleSubmission, copy_course, expected_score, submit
from autograder.course.layout import Course, CourseAssignment
from autograder.errors import CourseError
from autograder.grading import batch
from autograder.grading.options import GradingOptions
from autograder.grading.pool import Pool
from autograder.nbgrader_bridge.feedback import feedback
from autograder.nbgrader_bridge.recorded import NbgraderGradebook
from autograder.reporting.class_data import gather
from autograder.reporting.page.render import write_page
from autograder.reporting.progress import ProgressBar
from autograder.results import store
from autograder.results.model import Status, Verdict, format_points
from autograder.testing.suite import Suite

_MARKER = ".made-by-autograder-demo"
_OPTIONS = GradingOptions(quick=True)
_TOLERANCE = 1e-3


@dataclass(frozen=True)
class _Row:
    """A sample submission with the outcome of grading and the expected score."""

    sample: SampleSubmission
    outcome: batch.Outcome
    expected: float

    @property
    def is_expected(self) -> bool:
        return self.outcome.status == "graded" and abs(self.outcome.score - self.expected) < _TOLERANCE

    @property
    def score(self) -> str:
        graded = self.outcome.status == "graded"
        return (
            f"{format_points(self.outcome.score)} of {format_points(self.outcome.max_score)}"
            if graded
            else "not graded"
        )


def run(course: Course, folder: Path, *, console: Console, workers: int = 0, everything: bool = False) -> bool:
    """Copies the course to ``folder`` and grades sample submissions there; returns whether all scores are as expected.

    Each assignment gets a class of fourteen or, with ``everything``, all wrong, right and damaged ones. Raises
    CourseError when ``folder`` is not empty and was not created by an earlier demo.
    """
    _prepare_folder(folder)
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
        _print_highlights(copied, rows, console)
    unexpected = [(name, row) for name in names for row in rows[name] if not row.is_expected]
    _print_summary(unexpected, console, time.monotonic() - start)
    _print_what_to_look_at(copied, console)
    return not unexpected


def _prepare_folder(folder: Path) -> None:
    """Creates an empty folder; deletes it first only if an earlier demo created it."""
    if folder.exists() and any(folder.iterdir()):
        if not (folder / _MARKER).is_file():
            raise CourseError(
                f"{str(folder)!r} is not empty and was not created by `autograder demo`; choose another folder"
            )
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _MARKER).touch()


def _grade(course_assignment: CourseAssignment, console: Console, pool: Pool, *, everything: bool) -> list[_Row]:
    """Grades a class, by tests and partly by hand, and generates its feedback."""
    assignment = course_assignment.load()
    with Suite(assignment.hidden_tests, device=_OPTIONS.device_for(course_assignment)) as suite:
        submissions = write_answers(demo_class(course_assignment, suite, everything=everything), assignment)
        slow = suite.slow_tests()
        expected = [expected_score(assignment, suite, sample, skipped=slow) for sample in submissions]
    for sample in submissions:
        submit(course_assignment, sample)
    gradebook = NbgraderGradebook(course_assignment)
    with ProgressBar(f"grading {course_assignment.name}", console, transient=True) as advance:
        outcomes = batch.grade(course_assignment, gradebook, options=_OPTIONS, progress=advance, pool=pool)
    by_student = {outcome.student: outcome for outcome in outcomes}
    graded = [outcome.student for outcome in outcomes if outcome.status == "graded"]
    grade_by_hand(course_assignment, assignment, [sample for sample in submissions if sample.student in graded])
    with ProgressBar(f"generating feedback for {len(graded)} students", console, transient=True) as advance:
        feedback(course_assignment, students=graded, progress=advance, pool=pool)
    missing = {sample.student: batch.Outcome(sample.student, "error", message="it was not graded") for sample in submissions}
    return [
        _Row(sample, (missing | by_student)[sample.student], points)
        for sample, points in zip(submissions, expected, strict=True)
    ]


def _print_class(assignment: CourseAssignment, rows: list[_Row], console: Console, *, everything: bool) -> None:
    expected = sum(row.is_expected for row in rows)
    seconds = sum(row.outcome.seconds for row in rows)
    mark = "[green]✓[/]" if expected == len(rows) else "[red]✗[/]"
    console.print(
        f"{mark} [bold]{assignment.name}[/] {escape(assignment.settings.title)}: {len(rows)} submissions graded, "
        f"{expected} of {len(rows)} scores as expected, {seconds / len(rows):.2f} s each",
        soft_wrap=True,
    )
    if everything:
        console.print(_table(rows))


def _table(rows: list[_Row]) -> Table:
    table = Table(expand=True, box=SIMPLE_HEAD)
    table.add_column("student", no_wrap=True, overflow="ellipsis", ratio=2)
    table.add_column("submission", no_wrap=True, overflow="ellipsis", ratio=3)
    for column in ("score", "expected", ""):
        table.add_column(column, justify="right", no_wrap=True)
    for row in rows:
        mark = "[green]✓[/]" if row.is_expected else "[red]✗[/]"
        table.add_row(
            row.sample.student,
            escape(row.sample.description.splitlines()[0]),
            row.score,
            format_points(row.expected),
            mark,
        )
    return table


def _print_highlights(course: Course, rows: dict[str, list[_Row]], console: Console) -> None:
    """Prints three examples: a mistake with its feedback, a notebook that exits, and an unusual right answer."""
    console.print("\nThree examples:")
    class_rows = [(course.assignment(name), row) for name, rows_of_name in rows.items() for row in rows_of_name]
    mistakes = [(verdict, *pair) for pair in class_rows for verdict in _single_failure(*pair)]
    for verdict, assignment, row in sorted(mistakes, key=lambda mistake: -len(mistake[0].reason))[:1]:
        console.print(f"  • {_summary(assignment, row)} The feedback is:\n{_feedback(verdict)}", soft_wrap=True)
    full = [(assignment, row) for assignment, row in class_rows if row.outcome.score == row.outcome.max_score]
    for student, outcome in (("damaged-os_exit", "loses no points"), ("right-", "is right")):
        matching = [pair for pair in reversed(full) if pair[1].sample.student.startswith(student)]
        for assignment, row in matching[:1]:
            console.print(f"  • {_summary(assignment, row)} It {outcome}.", soft_wrap=True)


def _summary(assignment: CourseAssignment, row: _Row) -> str:
    description = escape(row.sample.description.splitlines()[0])
    return f"{assignment.name}, {row.sample.student}: {description} It earns {row.score}."


def _single_failure(assignment: CourseAssignment, row: _Row) -> list[Verdict]:
    """Returns the verdict that a wrong answer fails if it is a single one with a hint; otherwise nothing."""
    result = store.read(assignment, row.sample.student) if row.sample.kind is SampleKind.WRONG else None
    failed = [verdict for verdict in (result.verdicts if result else ()) if verdict.status is Status.FAILED]
    return failed if len(failed) == 1 and failed[0].hint else []


def _feedback(verdict: Verdict) -> str:
    reason = verdict.reason[:1].upper() + verdict.reason[1:].removesuffix(".")
    return escape(f"      ✗ {verdict.sentence} {reason}. {verdict.hint}")


def _print_summary(unexpected: list[tuple[str, _Row]], console: Console, seconds: float) -> None:
    for name, row in unexpected:
        problem = f"{row.score} instead of {format_points(row.expected)} {row.outcome.message}".strip()
        console.print(f"[red]✗ {name}: {row.sample.student}: {escape(problem)}[/]", soft_wrap=True)
    summary = "[red]Some scores are not as expected.[/]" if unexpected else "[green]All scores are as expected.[/]"
    console.print(f"\n{summary} ({seconds:.0f} s; slow hidden tests were skipped)", soft_wrap=True)


def _print_what_to_look_at(course: Course, console: Console) -> None:
    """Writes the class page of the course, and prints where everything is and what is left for the reader to try."""
    assignments = [course.assignment(name) for name in course.assignment_names()]
    page = write_page(course, assignments, name="course")
    waiting = sum(gather(assignment).waiting for assignment in assignments)
    example = assignments[0].name
    feedback_of = f"{course.feedback}/{{}}/{example}/{example}.html".format
    lines = (
        "\nWhat to look at:",
        f"  Class page   {page}",
        f"  Feedback     {feedback_of(MISTAKEN)}",
        f"               and of {HALF_DONE}, {COPIED}, untouched, damaged-not_json and all others",
        f"  Terminal     cd {course.root} && autograder report {example}",
        f"  Formgrader   cd {course.root} && jupyter lab, then Nbgrader > Formgrader > Manual Grading:",
        f"               {waiting} written answers wait, others are graded and have a comment",
        f"\nTo try a notebook of your own, put it into {course.submitted}/<you>/{example}/ and run",
        f"`autograder grade {example}` and `autograder feedback {example}` in that folder.",
    )
    console.print("\n".join(lines), soft_wrap=True)
