"""How to grade, and a fingerprint of what a score depends on besides the submission.

Imports nothing heavy: when nothing has changed since the last run, this is all that `autograder grade` needs.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autograder.course.devices import resolve
from autograder.course.layout import CourseAssignment
from autograder.paths import PACKAGE

if TYPE_CHECKING:
    from autograder.course.data import Data


@dataclass(frozen=True)
class GradingOptions:
    """How submissions are graded, whoever handed them in.

    ``unsafe`` runs students' code without isolation, ``quick`` skips the slow hidden tests, ``device`` overrules the
    assignment's, ``seed`` decides the random inputs of hidden tests.
    """

    unsafe: bool = False
    seed: int = 0
    quick: bool = False
    device: str = ""

    def device_for(self, assignment: CourseAssignment) -> str:
        """``cpu`` or ``cuda``; raises SandboxError when a GPU is wanted and there is none."""
        return resolve(self.device or assignment.settings.device)

    def data_for(self, assignment: CourseAssignment, *, download: bool = True) -> Data | None:
        """The data that the assignment is graded with; only slow tests use any."""
        script = assignment.folder / "data.py"
        if self.quick or not script.is_file():
            return None
        from autograder.course.data import load  # numpy comes along

        return load(script, download=download)


def digest(assignment: CourseAssignment) -> str:
    """A fingerprint of what decides a score besides the submission: the assignment, its notebooks, the engine."""
    folders = [assignment.folder, assignment.source, assignment.release, PACKAGE]
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
