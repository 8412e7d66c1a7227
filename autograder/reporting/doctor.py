"""`autograder doctor`: tries this machine the way grading does, and says what is missing and what to do."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from dataclasses import dataclass
from importlib import metadata
from typing import Any

from autograder.course.devices import gpu_nodes
from autograder.errors import ChainruleError
from autograder.sandbox.host import self_test

_LIBRARIES = ("nbgrader", "numpy", "torch", "pytest", "jupytext", "ipython", "pooch", "scikit-learn")


@dataclass(frozen=True)
class Line:
    """One thing that was looked at."""

    name: str
    healthy: bool
    said: str


@dataclass(frozen=True)
class Findings:
    """Everything that was looked at."""

    lines: tuple[Line, ...]

    @property
    def healthy(self) -> bool:
        """Whether this machine can grade."""
        return all(line.healthy for line in self.lines)

    def table(self) -> Any:
        """For the terminal."""
        from rich.markup import escape
        from rich.table import Table

        verdict = "this machine can grade" if self.healthy else "this machine cannot grade"
        table = Table(title=verdict, title_justify="left", show_header=False)
        for line in self.lines:
            mark = "[green]✓[/]" if line.healthy else "[red]✗[/]"
            table.add_row(mark, line.name, escape(line.said))
        return table


def examine() -> Findings:
    """Looks at Python, the libraries, nbgrader's helpers and every protection of the sandbox."""
    version = platform.python_version()
    lines = [
        Line("python", sys.version_info >= (3, 10), version),
        *map(_library, _LIBRARIES),
        _program("alembic"),
        Line("cores", True, str(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count())),
        Line("GPUs", True, ", ".join(gpu_nodes()) or "none; what asks for one if available is graded on the CPU"),
        *_isolation(),
    ]
    return Findings(tuple(lines))


def _library(name: str) -> Line:
    try:
        return Line(name, True, metadata.version(name))
    except metadata.PackageNotFoundError:
        return Line(name, False, f"not installed; pip install {name}")


def _program(name: str) -> Line:
    found = shutil.which(name, path=f"{os.path.dirname(sys.executable)}:{os.environ.get('PATH', '')}")
    return Line(name, bool(found), found or "nbgrader needs it; activate the virtual environment")


def _isolation() -> list[Line]:
    """The isolation self-test, one line for each protection."""
    try:
        tier = self_test.tier_for_this_machine()
        with self_test.open_zygote(("numpy",)) as zygote:
            return [
                Line("tier", True, tier),
                *(
                    Line(attempt.name, attempt.blocked, "blocked" if attempt.blocked else "a student can escape")
                    for attempt in self_test.attempt_escapes(zygote)
                ),
            ]
    except ChainruleError as error:
        return [Line("sandbox", False, str(error))]
