"""Everything that grading an assignment needs, opened once: template, zygote, hidden suite, limits."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from autograder.course.assignment import Assignment, Limits
from autograder.course.data import load
from autograder.course.devices import CPU, resolve
from autograder.course.layout import Course, suggestion
from autograder.errors import CourseError
from autograder.grading.grader import CheckResult, Grader
from autograder.grading.intake import Cell, Template
from autograder.grading.pool import keep
from autograder.paths import PACKAGE
from autograder.sandbox.host.self_test import open_zygote
from autograder.sandbox.host.zygote import Output, Zygote
from autograder.testing.suite import Suite

CLASSIC_LIBRARIES = ("numpy", "matplotlib.pyplot")
"""What an nbgrader assignment that was made without us gets; it may import more, at its own expense."""


def templates(course: Course, name: str) -> dict[str, Template]:
    """The released notebooks of an assignment, by name; raises CourseError when there are none."""
    names = course.notebook_names(name)
    if not names:
        if name in course.assignment_names():
            raise CourseError(f"assignment {name!r} is not built; run `autograder build {name}`")
        raise CourseError(f"no assignment {name!r} in this course{suggestion(name, course.gradable_names())}")
    return {
        notebook: Template.load(course.release / name / f"{notebook}.ipynb", course.source / name / f"{notebook}.ipynb")
        for notebook in names
    }


def assignment_of(course: Course, name: str) -> Assignment | None:
    """The assignment's folder, read; None for one that was made without us."""
    return course.assignment(name) if name in course.assignment_names() else None


@dataclass(frozen=True)
class GradingOptions:
    """How submissions are graded, whoever handed them in.

    ``quick`` leaves the slow tests out; ``device`` overrules the assignment's.
    """

    unsafe: bool = False
    seed: int = 0
    quick: bool = False
    device: str = ""

    def device_for(self, ours: Assignment | None) -> str:
        """``cpu`` or ``cuda``; raises SandboxError when a GPU is wanted and there is none."""
        return resolve(self.device or (ours.device if ours else CPU))


@contextmanager
def open_graders(
    course: Course,
    name: str,
    terms: GradingOptions | None = None,
    ours: Assignment | None = None,
    *,
    download: bool = True,
) -> Iterator[dict[str, Grader]]:
    """A grader for each notebook of the assignment, sharing one zygote and one suite.

    A worker process is given ``ours``: reading it anew would import jupytext, which takes a second.
    """
    terms = terms or GradingOptions()
    found = templates(course, name)
    ours = ours or assignment_of(course, name)
    device = terms.device_for(ours)
    files = {path.relative_to(course.source / name).as_posix(): path.read_bytes() for path in handed_out(course, name)}
    with ExitStack() as stack:
        data = load(ours.data, download=download) if ours and not terms.quick else None
        suite = (
            stack.enter_context(Suite(ours.hidden_tests, device=device, data=data, quick=terms.quick)) if ours else None
        )
        libraries = ours.libraries if ours else CLASSIC_LIBRARIES
        given = data.given if data else {}
        zygote = stack.enter_context(_zygote(libraries, terms.unsafe, given))
        del data, given  # the zygote has it
        limits = ours.limits if ours else Limits()
        yield {
            notebook: Grader(
                template,
                zygote,
                suite,
                limits=limits,
                files=files,
                classic_check=_classic_check,
                seed=terms.seed,
                device=device,
            )
            for notebook, template in found.items()
        }


def _zygote(libraries: tuple[str, ...], unsafe: bool, data: Mapping[str, Any]) -> AbstractContextManager[Zygote]:
    """A zygote; where it holds no data, a worker's next job with the same libraries finds it warm."""
    make = partial(open_zygote, libraries, unsafe=unsafe, data=data)
    return make() if data else keep((libraries, unsafe), make, lambda zygote: zygote.is_alive())


def _classic_check(cell: Cell, outputs: list[Output]) -> CheckResult:
    """Importing nbgrader costs more than grading; a worker does it for classic assignments only."""
    from autograder.nbgrader_bridge.gradebook import classic_check

    return classic_check(cell, outputs)


def handed_out(course: Course, name: str) -> list[Path]:
    """The files beside the notebooks in source/<name>/, which every student has."""
    folder = course.source / name
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix != ".ipynb")
    return [path for path in files if not any(part[0] in "._" for part in path.relative_to(folder).parts)]


def digest(course: Course, name: str) -> str:
    """A fingerprint of what decides a score on our side: the assignment, its notebooks, the engine."""
    folders = [course.assignments / name, course.source / name, course.release / name, PACKAGE]
    found = hashlib.sha256()
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                found.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return found.hexdigest()
