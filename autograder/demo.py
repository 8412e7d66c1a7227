"""`autograder demo`: a class whose scores are known beforehand, graded the way a real one is."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from autograder import batch
from autograder.assignment import Assignment
from autograder.classroom import Student, breakers, copy_course, provers, submit, wanted_score
from autograder.course import Course
from autograder.errors import CourseError
from autograder.feedback import feedback
from autograder.progress import Bar
from autograder.suite import Suite

_MARK = ".made-by-autograder-demo"


def run(course: Course, folder: Path, *, console: Console, workers: int = 0) -> bool:
    """Makes the course in ``folder``, grades it, and prints each score beside the wanted one; True when all agree."""
    _clear(folder)
    names = course.assignment_names()
    console.print(f"Building {len(names)} assignments in {folder}/ ...")
    copied = copy_course(course, folder, names)
    agreed = [_assignment(copied, copied.assignment(name), console, workers) for name in names]
    console.print(_where(copied, names))
    console.print(
        "[green]Every score is the wanted one.[/]" if all(agreed) else "[red]Some scores are not the wanted ones.[/]"
    )
    return all(agreed)


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


def _assignment(course: Course, assignment: Assignment, console: Console, workers: int) -> bool:
    students = [*provers(course, assignment), *breakers(course, assignment)]
    for student in students:
        submit(course, assignment.name, student)
    start = time.monotonic()
    options = batch.Options(workers=workers)
    with Bar(f"grading {assignment.name}", console) as advance:
        outcomes = batch.grade(course, assignment.name, options=options, progress=advance)
    graded = time.monotonic() - start
    with Bar(f"feedback for {assignment.name}", console) as advance:
        feedback(course, assignment.name, workers=workers, progress=advance)
    with Suite(assignment.hidden_tests) as suite:
        wanted = {student.id: wanted_score(assignment, suite, student) for student in students}
    console.print(_table(assignment, students, outcomes, wanted))
    console.print(f"{len(students)} submissions in {graded:.1f} s\n")
    return all(_agrees(outcome, wanted) for outcome in outcomes) and len(outcomes) == len(students)


def _agrees(outcome: batch.Outcome, wanted: dict[str, float]) -> bool:
    return outcome.status == "graded" and abs(outcome.score - wanted[outcome.student]) < 1e-3


def _table(
    assignment: Assignment, students: list[Student], outcomes: list[batch.Outcome], wanted: dict[str, float]
) -> Table:
    claims = {student.id: student.claim.splitlines()[0] for student in students}
    table = Table(title=f"{assignment.name}: {assignment.title}", title_justify="left")
    for column in ("student", "what was handed in"):
        table.add_column(column)
    for column in ("score", "wanted", ""):
        table.add_column(column, justify="right")
    for outcome in outcomes:
        mark = "[green]✓[/]" if _agrees(outcome, wanted) else "[red]✗[/]"
        shown = f"{outcome.score:g}" if outcome.status == "graded" else escape(outcome.message)
        table.add_row(
            outcome.student, escape(claims[outcome.student][:70]), shown, f"{wanted[outcome.student]:g}", mark
        )
    return table


def _where(course: Course, names: list[str]) -> str:
    root = course.root
    return "\n".join(
        (
            f"Gradebook: {root / 'gradebook.db'}",
            f"Graded notebooks: {course.autograded}/<student>/<assignment>/",
            f"Feedback, e.g.: {course.feedback / 'untouched' / names[0] / (names[0] + '.html')}",
            f"Records: {course.reports}/<assignment>/<student>.json",
            f"Look at it in nbgrader: cd {root} && jupyter lab, then Nbgrader > Formgrader",
        )
    )
