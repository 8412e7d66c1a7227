"""Options of grading, and a fingerprint of what a score depends on besides the submission.

Imports nothing slow: when nothing has changed since the last run, `autograder grade` needs no more than this.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.course.devices import resolve
from autograder.course.layout import CourseAssignment
from autograder.paths import PACKAGE

if TYPE_CHECKING:
    from autograder.course.data import Data


@dataclass(frozen=True)
class GradingOptions:
    """Options for grading all submissions of a class.

    ``unsafe`` runs students' code without isolation, ``seed`` determines the random inputs of hidden tests, ``quick``
    skips slow hidden tests, and ``device`` overrides the assignment's.
    """

    unsafe: bool = False
    seed: int = 0
    quick: bool = False
    device: str = ""

    def device_for(self, assignment: CourseAssignment) -> str:
        """Returns ``cpu`` or ``cuda``; raises SandboxError when a GPU is required and there is none."""
        return resolve(self.device or assignment.settings.device)

    def data_for(self, assignment: CourseAssignment, *, download: bool = True) -> Data | None:
        """Loads the data that the assignment is graded with, if any; with ``quick`` none, as only slow tests use it."""
        script = assignment.folder / "data.py"
        if self.quick or not script.is_file():
            return None
        from autograder.course.data import load  # this imports numpy

        return load(script, download=download)


def digest(assignment: CourseAssignment) -> str:
    """Returns a hash of the files that decide a score besides the submission: assignment, notebooks, engine."""
    folders = [assignment.folder, assignment.source, assignment.release, PACKAGE]
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + _hash(path))
    return digest.hexdigest()


def _hash(path: Path) -> bytes:
    with path.open("rb") as file:
        digest = hashlib.sha256()
        while chunk := file.read(2**20):
            digest.update(chunk)
    return digest.digest()
