"""Makes ``nbgrader autograde`` and formgrader's button accept the same files as `autograder grade`.

nbgrader grades the files in submitted/ and skips those whose names it does not know. With two settings of
``autograder.configure`` it uses this module to go through every notebook of the assignment, which ``Intake`` then
reads.
"""

from __future__ import annotations

import glob
from pathlib import Path
from typing import Any

from nbconvert.exporters import NotebookExporter
from nbformat.v4 import new_notebook

from autograder.course.layout import Course
from autograder.notebooks.handed_in import notebook_of


def list_notebooks(*, assignment: str, student: str, notebooks: list[str]) -> None:
    """Replaces the files of one student in ``notebooks`` with the notebooks of the assignment, submitted or not.

    This is nbgrader's ``pre_convert_hook``, which receives the list that nbgrader goes through afterwards. With the
    option ``--notebook``, only the notebooks that the selected files are named after are in the list.
    """
    folder = Path(notebooks[0]).parent
    names = Course.find(Path.cwd()).assignment(assignment).notebook_names()
    if len(notebooks) < len(glob.glob(f"{glob.escape(str(folder))}/*.ipynb")):
        selected = {notebook_of(Path(path).stem, names) for path in notebooks}
        names = [name for name in names if name in selected]
    notebooks[:] = [str(folder / f"{name}.ipynb") for name in names]


class EmptyNotebook(NotebookExporter):
    """Starts from an empty notebook instead of the file, since ``Intake`` and ``Grade`` read the submission themselves.

    So a file that is missing, has another name or is not a notebook costs the student points, but causes no error.
    """

    def from_filename(self, filename: str, resources: dict[str, Any] | None = None, **kw: Any) -> Any:
        """Runs the preprocessors on an empty notebook with the name and the folder of the submission."""
        path = Path(filename)
        metadata = {"name": path.stem, "path": str(path.parent)}
        return self.from_notebook_node(new_notebook(), {**(resources or {}), "metadata": metadata}, **kw)
