"""The progress bar of commands that process a class."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn


class ProgressBar:
    """A context manager that shows a progress bar with the given title.

    It yields a function ``advance(student, total)``, to be called after each student with the size of the class.
    """

    def __init__(self, title: str, console: Console, *, transient: bool = False) -> None:
        columns = ("[progress.description]{task.description}", BarColumn(), MofNCompleteColumn())
        times = (TimeElapsedColumn(), TimeRemainingColumn(), TextColumn("{task.fields[last]}", markup=False))
        self._progress = Progress(
            *columns, *times, console=console, transient=transient, disable=transient and not console.is_terminal
        )
        self._title = title

    def __enter__(self) -> Callable[[str, int], None]:
        self._progress.__enter__()
        self._task = self._progress.add_task(self._title, total=None, last="")
        return self._advance

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._progress.update(self._task, last="")
        if kind is not None:
            self._progress.remove_task(self._task)  # otherwise an unfinished bar would stay above the error message
        self._progress.__exit__(None, None, None)

    def _advance(self, student: str, total: int) -> None:
        self._progress.update(self._task, advance=1, total=total, last=student)
