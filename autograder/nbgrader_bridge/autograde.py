"""Lets ``nbgrader autograde`` and formgrader's button accept the same files as `autograder grade`.

nbgrader takes the files it finds in submitted/ and skips those whose name it does not know. With these two settings of
nbgrader_config.py it asks for every notebook of the assignment instead, and leaves reading it to ``Intake``.
"""

from __future__ import annotations

import glob
from pathlib import Path
from typing import Any

from nbconvert.exporters import NotebookExporter
from nbformat.v4 import new_notebook

from autograder.course.layout import Course
from autograder.notebooks.handed_in import meant


def list_notebooks(*, assignment: str, student: str, notebooks: list[str]) -> None:
    """Replaces the files that nbgrader found for one student by the notebooks of the assignment, handed in or not.

    nbgrader's ``pre_convert_hook``: it is given the very list that nbgrader goes through afterwards. Where somebody
    asked for some notebooks (``--notebook``), the list keeps those that the files are named after.
    """
    folder = Path(notebooks[0]).parent
    names = Course.find(Path.cwd()).assignment(assignment).notebook_names()
    if len(notebooks) < len(glob.glob(f"{glob.escape(str(folder))}/*.ipynb")):
        asked = {meant(Path(path).stem, names) for path in notebooks}
        names = [name for name in names if name in asked]
    notebooks[:] = [str(folder / f"{name}.ipynb") for name in names]


class EmptyNotebook(NotebookExporter):
    """Starts from an empty notebook instead of the file: ``Intake`` and ``Grade`` read the submission themselves.

    So a file that has another name, is missing or is no notebook costs its student's points, and no error.
    """

    def from_filename(self, filename: str, resources: dict[str, Any] | None = None, **kw: Any) -> Any:
        """What the preprocessors make of the submission that belongs under this name."""
        path = Path(filename)
        metadata = {"name": path.stem, "path": str(path.parent)}
        return self.from_notebook_node(new_notebook(), {**(resources or {}), "metadata": metadata}, **kw)
