"""Finds the file that a student handed in as a notebook, which a second download may have renamed.

The rule: a notebook that is missing is taken from the one file that is named like a copy of it, `a1 (1).ipynb` or
`a1-Copy1.ipynb`. Every other name, and two copies, are refused with a sentence that tells the student what to do.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection
from pathlib import Path

from autograder.errors import NotebookError

_COPY = re.compile(r"(?: ?\([0-9]+\)|[ _-][0-9]+|(?: -)?[ _-]copy[0-9]*)+", re.IGNORECASE)
"""What browsers, Jupyter and file managers put behind the name of a copy: ` (1)`, `-1`, `_1`, ` copy`, `-Copy1`."""

_MAX_NAMED = 4


def find(path: Path, notebooks: Collection[str]) -> Path:
    """The file that was handed in as the notebook ``path``: the file of that name, or else the only copy of it.

    ``notebooks`` names all notebooks of the assignment. Raises NotebookError where there are several copies.
    """
    if os.path.lexists(path):
        return path
    copies = sorted(other for other in path.parent.glob("*.ipynb") if meant(other.stem, notebooks) == path.stem)
    copies = [copy for copy in copies if copy.is_file() and not copy.is_symlink()]
    if len(copies) > 1:
        names = " or ".join(repr(copy.name) for copy in copies[:_MAX_NAMED])
        raise NotebookError(f"there is no {path.name}, and {names} may be meant; hand in one of them as {path.name}")
    return copies[0] if copies else path


def meant(stem: str, notebooks: Collection[str]) -> str | None:
    """The notebook that a file is named after, itself or a copy; the longest name where several fit, or None."""
    fit = [name for name in notebooks if stem == name or (stem.startswith(name) and _COPY.fullmatch(stem, len(name)))]
    return max(fit, key=len, default=None)
