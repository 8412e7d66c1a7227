"""Finds the file that a student handed in as a notebook, which a second download may have renamed.

A missing notebook is read from the only file that is named like a copy of it, `a1 (1).ipynb` or `a1-Copy1.ipynb`. Any
other name, and more than one copy, is refused with a message that says what to do.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection
from pathlib import Path

from autograder.errors import NotebookError

_COPY = re.compile(r"(?: ?\([0-9]+\)|[ _-][0-9]+|(?: -)?[ _-]copy[0-9]*)+", re.IGNORECASE)
"""What browsers, Jupyter and file managers append to the name of a copy: ` (1)`, `-1`, `_1`, ` copy`, `-Copy1`."""

_MAX_NAMED = 4


def find(path: Path, notebooks: Collection[str]) -> Path:
    """Returns the file that was handed in as the notebook ``path``: that file itself, or else the only copy of it.

    Without a copy, returns ``path``, which does not exist. ``notebooks`` are the names of all notebooks of the
    assignment. Raises NotebookError where there are several copies.
    """
    if os.path.lexists(path):
        return path
    copies = copies_of(path, notebooks)
    if len(copies) > 1:
        names = " and ".join(repr(copy.name) for copy in copies[:_MAX_NAMED])
        raise NotebookError(
            f"there is no {path.name}, but {names} look like copies of it; submit one of them as {path.name}"
        )
    return copies[0] if copies else path


def copies_of(path: Path, notebooks: Collection[str]) -> list[Path]:
    """Returns the files beside ``path`` that have the name of a copy of it, sorted; links and folders are none."""
    others = sorted(other for other in path.parent.glob("*.ipynb") if other != path)
    copies = (other for other in others if notebook_of(other.stem, notebooks) == path.stem)
    return [copy for copy in copies if copy.is_file() and not copy.is_symlink()]


def notebook_of(stem: str, notebooks: Collection[str]) -> str | None:
    """Returns the notebook of which a file has the name, or the name of a copy; the longest match, or None."""
    matches = [
        name for name in notebooks if stem == name or (stem.startswith(name) and _COPY.fullmatch(stem, len(name)))
    ]
    return max(matches, key=len, default=None)
