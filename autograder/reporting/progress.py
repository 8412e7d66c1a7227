"""The progress bar of commands that go through a class."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn


class Bar:
    """Entering gives the function that advances the bar by one: it takes what was done and how many there are."""

    def __init__(self, title: str, console: Console) -> None:
        columns = ("[progress.description]{task.description}", BarColumn(), MofNCompleteColumn())
        times = (TimeElapsedColumn(), TimeRemainingColumn(), TextColumn("{task.fields[last]}"))
        self._progress = Progress(*columns, *times, console=console)
        self._title = title

    def __enter__(self) -> Callable[[Any, int], None]:
        self._progress.__enter__()
        self._task = self._progress.add_task(self._title, total=None, last="")
        return self._advance

    def __exit__(self, *error: object) -> None:
        self._progress.update(self._task, last="")
        self._progress.__exit__(None, None, None)

    def _advance(self, done: Any, total: int) -> None:
        self._progress.update(self._task, advance=1, total=total, last=getattr(done, "student", str(done)))
