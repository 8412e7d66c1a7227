"""`autograder doctor`: checks whether this machine can grade, and reports what to fix."""

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
from autograder.sandbox.host.zygote import Zygote

_LIBRARIES = ("nbgrader", "numpy", "torch", "pytest", "jupytext", "ipython", "pooch", "scikit-learn")


@dataclass(frozen=True)
class Diagnostic:
    """The result of one check."""

    name: str
    passed: bool
    detail: str


@dataclass(frozen=True)
class Diagnosis:
    """The results of all checks."""

    diagnostics: tuple[Diagnostic, ...]

    @property
    def can_grade(self) -> bool:
        """Whether every check passed."""
        return all(diagnostic.passed for diagnostic in self.diagnostics)

    def table(self) -> Any:
        """Returns a rich table with one row per check."""
        from rich.markup import escape
        from rich.table import Table

        title = "this machine can grade" if self.can_grade else "this machine cannot grade"
        table = Table(title=title, title_justify="left", show_header=False)
        for diagnostic in self.diagnostics:
            mark = "[green]✓[/]" if diagnostic.passed else "[red]✗[/]"
            table.add_row(mark, diagnostic.name, escape(diagnostic.detail))
        return table


def diagnose() -> Diagnosis:
    """Checks Python, the libraries, the programs that nbgrader runs, and every protection of the sandbox."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    gpus = ", ".join(gpu_nodes()) or "none; `cuda-if-available` means the CPU"
    diagnostics = [
        Diagnostic("python", sys.version_info >= (3, 10), platform.python_version()),
        *map(_check_library, _LIBRARIES),
        _check_program("alembic"),
        Diagnostic("cores", True, str(cores)),
        Diagnostic("GPUs", True, gpus),
        *_check_isolation(),
    ]
    return Diagnosis(tuple(diagnostics))


def _check_library(name: str) -> Diagnostic:
    try:
        return Diagnostic(name, True, metadata.version(name))
    except metadata.PackageNotFoundError:
        return Diagnostic(name, False, f"not installed; run `pip install {name}`")


def _check_program(name: str) -> Diagnostic:
    path = shutil.which(name, path=f"{os.path.dirname(sys.executable)}:{os.environ.get('PATH', '')}")
    return Diagnostic(name, bool(path), path or "not found, but nbgrader needs it; activate the virtual environment")


def _check_isolation() -> list[Diagnostic]:
    """Runs the isolation self-test; one diagnostic for each protection."""
    try:
        tier = self_test.tier_for_this_machine()
        with Zygote(("numpy",), tier=tier) as zygote:
            return [
                Diagnostic("tier", True, tier),
                *(
                    Diagnostic(attempt.name, attempt.blocked, "blocked" if attempt.blocked else "a student can escape")
                    for attempt in self_test.attempt_escapes(zygote)
                ),
            ]
    except ChainruleError as error:
        return [Diagnostic("sandbox", False, str(error))]
