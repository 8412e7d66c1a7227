"""`autograder demo`: a class whose scores are known beforehand, graded the way a real one is."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from autograder.authoring.sample_class import Student, breakers, copy_course, provers, submit, wanted_score
from autograder.course.assignment import Assignment
from autograder.course.layout import Course
from autograder.errors import CourseError
from autograder.grading import batch
from autograder.grading.pool import Pool
from autograder.grading.setup import GradingOptions
from autograder.nbgrader_bridge.feedback import feedback
from autograder.reporting.progress import Bar
from autograder.testing.suite import Suite

_MARK = ".made-by-autograder-demo"


def run(course: Course, folder: Path, *, console: Console, workers: int = 0) -> bool:
    """Makes the course in ``folder``, grades it, and prints each score beside the wanted one; True when all agree."""
    _clear(folder)
    names = course.assignment_names()
    console.print(f"Building {len(names)} assignments in {folder}/ ...")
    copied = copy_course(course, folder, names)
    with Pool(workers) as pool:
        wrong = [row for name in names for row in _assignment(copied, copied.assignment(name), console, pool)]
    console.print(_where(copied, names), soft_wrap=True)
    for row in wrong:
        console.print(f"[red]✗ {escape(row)}[/]", soft_wrap=True)
    console.print(
        "[red]Some scores are not the wanted ones.[/]" if wrong else "[green]Every score is the wanted one.[/]"
    )
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


def _assignment(course: Course, assignment: Assignment, console: Console, pool: Pool) -> list[str]:
    """Grades the assignment's class, and returns the rows whose score is not the wanted one."""
    students = [*provers(course, assignment), *breakers(course, assignment)]
    for student in students:
        submit(course, assignment.name, student)
    start = time.monotonic()
    options = batch.Options(terms=GradingOptions(quick=True))
    with Bar(f"grading {assignment.name}", console) as advance:
        outcomes = batch.grade(course, assignment.name, options=options, progress=advance, pool=pool)
    graded = time.monotonic() - start
    shown = _shown(students)
    with Bar(f"feedback for {len(shown)} of them", console) as advance:
        feedback(course, assignment.name, students=shown, progress=advance, pool=pool)
    with Suite(assignment.hidden_tests, device=options.terms.device_for(assignment)) as suite:
        slow = suite.slow_tests()
        wanted = {student.id: wanted_score(assignment, suite, student, left_out=slow) for student in students}
    console.print(_table(assignment, students, outcomes, wanted))
    if slow:
        console.print(f"The demo grades quickly: {', '.join(sorted(slow))} left out, and nobody has its points.")
    console.print(f"{len(students)} submissions in {graded:.1f} s\n")
    missing = {student.id for student in students} - {outcome.student for outcome in outcomes}
    wrong = [f"{outcome.student}: {outcome.score:g}" for outcome in outcomes if not _agrees(outcome, wanted)]
    return [f"{assignment.name}: {row}" for row in [*wrong, *(f"{student}: not graded" for student in sorted(missing))]]


def _shown(students: list[Student]) -> list[str]:
    """Who gets a feedback page here: nbgrader takes half a second for one, and a hundred say little more than these."""
    wrong = [student.id for student in students if student.id.startswith("wrong-")]
    return [student.id for student in students if not student.id.startswith(("wrong-", "right-"))] + wrong[:4]


def _agrees(outcome: batch.Outcome, wanted: dict[str, float]) -> bool:
    return outcome.status == "graded" and abs(outcome.score - wanted[outcome.student]) < 1e-3


def _table(
    assignment: Assignment, students: list[Student], outcomes: list[batch.Outcome], wanted: dict[str, float]
) -> Table:
    claims = {student.id: student.claim.splitlines()[0] for student in students}
    table = Table(title=f"{assignment.name}: {assignment.title}", title_justify="left", expand=True, box=SIMPLE_HEAD)
    table.add_column("student", no_wrap=True, overflow="ellipsis", ratio=2)
    table.add_column("what was handed in", no_wrap=True, overflow="ellipsis", ratio=3)
    for column in ("score", "wanted", ""):
        table.add_column(column, justify="right", no_wrap=True)
    for outcome in outcomes:
        mark = "[green]✓[/]" if _agrees(outcome, wanted) else "[red]✗[/]"
        shown = f"{outcome.score:g}" if outcome.status == "graded" else "not graded"
        table.add_row(outcome.student, escape(claims[outcome.student]), shown, f"{wanted[outcome.student]:g}", mark)
    return table


def _where(course: Course, names: list[str]) -> str:
    root = course.root
    return "\n".join(
        (
            f"Gradebook: {root / 'gradebook.db'}",
            f"Graded notebooks: {course.autograded}/<student>/<assignment>/",
            f"Feedback: {course.feedback}/<student>/<assignment>/<assignment>.html",
            f"Records: {course.reports}/<assignment>/<student>.json",
            f"Look at it in nbgrader: cd {root} && jupyter lab, then Nbgrader > Formgrader",
        )
    )
