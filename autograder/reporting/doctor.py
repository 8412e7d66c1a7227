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
from autograder.course.layout import Course
from autograder.course.private import private_paths
from autograder.errors import ChainruleError, IsolationMissing
from autograder.reporting.mechanisms import Diagnostic, mechanisms
from autograder.sandbox.host import self_test
from autograder.sandbox.host.visible import refuse_visible
from autograder.sandbox.host.zygote import Gone, Zygote

_LIBRARIES = ("nbgrader", "numpy", "pytest", "jupytext", "ipython")
_OF_NOTEBOOKS = ("torch", "pooch", "scikit-learn")
"""What the notebooks of our course use; `pip install .`, the engine alone, brings none of it."""


@dataclass(frozen=True)
class Diagnosis:
    """The results of all checks."""

    diagnostics: tuple[Diagnostic, ...]

    @property
    def can_grade(self) -> bool:
        """Whether every required check passed."""
        return all(diagnostic.passed for diagnostic in self.diagnostics if diagnostic.required)

    def table(self) -> Any:
        """Returns a rich table with one row per check."""
        from rich.markup import escape
        from rich.table import Table

        title = "this machine can grade" if self.can_grade else "this machine cannot grade"
        table = Table(title=title, title_justify="left", show_header=False)
        for diagnostic in self.diagnostics:
            missing = "[red]✗[/]" if diagnostic.required else "[yellow]![/]"
            mark = "[green]✓[/]" if diagnostic.passed else missing
            table.add_row(mark, diagnostic.name, escape(diagnostic.detail))
        return table


def diagnose(course: Course | None = None) -> Diagnosis:
    """Checks Python, the libraries, the programs that nbgrader runs, and every protection of the sandbox.

    With a course, also checks that students' code could not read its files.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    gpus = ", ".join(gpu_nodes()) or "none; `cuda-if-available` means the CPU"
    diagnostics = [
        Diagnostic("python", sys.version_info >= (3, 10), platform.python_version()),
        *map(_check_library, _LIBRARIES),
        *(_check_library(name, required=False) for name in _OF_NOTEBOOKS),
        _check_program("alembic"),
        Diagnostic("cores", True, str(cores)),
        Diagnostic("GPUs", True, gpus),
        *_check_isolation(course),
    ]
    return Diagnosis(tuple(diagnostics))


def _check_library(name: str, *, required: bool = True) -> Diagnostic:
    why = "" if required else " if your notebooks use it"
    try:
        return Diagnostic(name, True, metadata.version(name), required=required)
    except metadata.PackageNotFoundError:
        return Diagnostic(name, False, f"not installed; run `pip install {name}`{why}", required=required)


def _check_program(name: str) -> Diagnostic:
    path = shutil.which(name, path=f"{os.path.dirname(sys.executable)}:{os.environ.get('PATH', '')}")
    return Diagnostic(name, bool(path), path or "not found, but nbgrader needs it; activate the virtual environment")


def _check_isolation(course: Course | None) -> list[Diagnostic]:
    """Tries each mechanism of the kernel, then runs the isolation self-test; one diagnostic for each protection."""
    checked: list[Diagnostic] = []
    try:
        tier = self_test.tier_for_this_machine()
        checked.append(Diagnostic("tier", True, tier))
        checked += mechanisms(tier)
        private = private_paths(course) if course else ()
        with self_test.zygote_of(tier, ("numpy",)) as zygote:
            checked.append(_check_course(course, private, zygote.visible))
            checked += map(_describe, self_test.attempt_escapes(zygote, private))
            checked.append(_check_deadline(zygote))
    except ChainruleError as error:
        checked.append(Diagnostic("sandbox", False, str(error)))
    return checked


def _check_course(course: Course | None, private: tuple[str, ...], visible: tuple[str, ...]) -> Diagnostic:
    if course is None:
        return Diagnostic("course", False, "not checked; run `autograder doctor` inside a course", required=False)
    try:
        refuse_visible(private, visible)
    except IsolationMissing as error:
        return Diagnostic("course", False, str(error))
    return Diagnostic("course", True, f"{course.root} is outside of what students' code can read")


def _describe(attempt: self_test.Attempt) -> Diagnostic:
    remedy = "a student can escape; do not grade on this machine, and report it as SECURITY.md says"
    return Diagnostic(attempt.name, attempt.blocked, "holds" if attempt.blocked else remedy)


def _check_deadline(zygote: Zygote) -> Diagnostic:
    sandbox = zygote.spawn()
    try:
        ended = sandbox.run_cell("while True: pass", seconds=0.1).interrupted
    except Gone as gone:
        ended = gone.why == "time"
    finally:
        zygote.retire(sandbox)
    remedy = "an endless loop went on after its deadline; update the kernel, or grade on another machine"
    return Diagnostic("deadline", ended, "an endless loop was ended" if ended else remedy)
