"""What the commands have in common: options, the completion of names in the shell, the course and the terminal."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from autograder import log
from autograder.errors import ChainruleError, CourseError

if TYPE_CHECKING:
    from rich.console import Console

    from autograder.course.layout import Course, CourseAssignment
    from autograder.reporting.progress import ProgressBar


def _complete_assignment(incomplete: str) -> list[str]:
    """Completes the names of assignments in the shell; offers nothing outside of a course."""
    try:
        return [name for name in find_course().gradable_names() if name.startswith(incomplete)]
    except (ChainruleError, OSError):
        return []


def _complete_student(incomplete: str) -> list[str]:
    """Completes the names of students in the shell."""
    try:
        folders = find_course().submitted.iterdir()
        return sorted(folder.name for folder in folders if folder.name.startswith(incomplete))
    except (ChainruleError, OSError):
        return []


Names = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="ASSIGNMENT",
        help="Assignments, or the beginnings of their names; all by default.",
        autocompletion=_complete_assignment,
    ),
]
Name = Annotated[
    str,
    typer.Argument(
        metavar="ASSIGNMENT",
        help="The assignment, or the beginning of its name, e.g. a1_numerical_gradients or a1.",
        autocompletion=_complete_assignment,
    ),
]
Student = Annotated[
    list[str] | None,
    typer.Option(metavar="STUDENT", help="Only this student; can be repeated.", autocompletion=_complete_student),
]
Unsafe = Annotated[
    bool, typer.Option("--unsafe-no-sandbox", help="Run students' code without isolation, and record that in results.")
]
Quick = Annotated[
    bool, typer.Option("--quick", help="Skip slow hidden tests, and flag the submissions as not fully graded.")
]
Device = Annotated[
    str, typer.Option(metavar="DEVICE", help="cpu, cuda or cuda-if-available; overrides the device in assignment.toml.")
]
Workers = Annotated[
    int, typer.Option(metavar="NUMBER", help="Number of worker processes; 0 means one per core.", min=0)
]


def find_course(log_name: str = "") -> Course:
    """Returns the course that contains the current directory; logs to a file when ``log_name`` is given."""
    from autograder.course.layout import Course

    course = Course.find(Path.cwd())
    if log_name:
        log.to_file(course.reports / "logs", log_name)
    return course


def course_here() -> Course | None:
    """Returns the course that contains the current directory, or None when there is none."""
    try:
        return find_course()
    except CourseError:
        return None


def chosen(course: Course, names: list[str] | None) -> list[CourseAssignment]:
    """Returns the assignments with these names or beginnings of names; all that were not made elsewhere by default."""
    return [course.find_assignment(name) for name in names or course.assignment_names()]


def terminal() -> Console:
    """Returns the terminal; a pipe or a file, which has no width of its own, gets one in which nothing wraps."""
    from rich.console import Console

    console = Console()
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = 160
    return console


def progress_bar(title: str, *, transient: bool = False) -> ProgressBar:
    """Returns a progress bar with the title; a ``transient`` one disappears in the end."""
    from autograder.reporting.progress import ProgressBar

    return ProgressBar(title, terminal(), transient=transient)
