"""The progress bar of commands that go through a class."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn


class Bar:
    """Entering gives the function that advances the bar by one student; it takes the name and the size of the class."""

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
            self._progress.remove_task(self._task)  # the error is all there is to say; a bar at 0 % would stay
        self._progress.__exit__(None, None, None)

    def _advance(self, student: str, total: int) -> None:
        self._progress.update(self._task, advance=1, total=total, last=student)
