"""The progress bar counts students, and disappears with an error."""

import io

import pytest
from rich.console import Console

from autograder.errors import CourseError
from autograder.reporting.progress import ProgressBar


def test_it_counts_and_shows_names_as_they_are() -> None:
    printed = io.StringIO()
    with ProgressBar("grading a1", Console(file=printed, width=120, force_terminal=True)) as advance:
        for student in ("ada", "[red]bob"):
            advance(student, 2)
    assert "grading a1" in printed.getvalue()
    assert "2/2" in printed.getvalue()


def test_an_error_leaves_no_dead_bar() -> None:
    printed = io.StringIO()  # not a terminal: only what is left in the end is printed
    with pytest.raises(CourseError), ProgressBar("grading a1", Console(file=printed, width=120)):
        raise CourseError("nobody submitted")
    assert "grading" not in printed.getvalue()
