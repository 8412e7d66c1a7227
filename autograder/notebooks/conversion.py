"""Converts the cells of notebook.py to an instructor notebook and back.

nbgrader stores the type of a cell in ``metadata.nbgrader``:

==========  ==========================================  ============================
cell        nbgrader metadata                           in the student's notebook
==========  ==========================================  ============================
answer      solution                                    editable
check       grade, locked, points                       read-only
written     grade, solution, points                     editable, manually graded
setup       locked                                      read-only
other       none                                        editable
==========  ==========================================  ============================

Notebooks are written deterministically: sorted keys, no outputs, and cell ids that depend only on the cells.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from autograder.errors import NotebookError
from autograder.notebooks.percent import PercentCell
from autograder.notebooks.roles import cell_ids, grade_id, role

Json = dict[str, Any]

_KERNELSPEC = {"display_name": "Python 3", "language": "python", "name": "python3"}
_KEEP_GOING = "raises-exception"
"""Tag of graded code cells: *Run All* in Jupyter stops at a cell that fails, unless it has this tag."""


def to_notebook(cells: Sequence[PercentCell], built: str) -> Json:
    """Returns the notebook of ``cells``; its metadata records ``built``, the :func:`fingerprint` of the build."""
    return {
        "cells": [_notebook_cell(cell, name) for cell, name in zip(cells, cell_ids(cells), strict=True)],
        "metadata": {
            "chainrule": {"built": built},
            "kernelspec": _KERNELSPEC,
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def from_notebook(notebook: Json, path: object) -> list[PercentCell]:
    """Converts a notebook to the cells of notebook.py; their ``line`` is the number of the cell in the notebook.

    ``path`` is the file that error messages name. Raises NotebookError for a cell that notebook.py cannot express.
    """
    return [_percent_cell(cell, f"{path}: cell {count}", count) for count, cell in enumerate(notebook["cells"], 1)]


def read_notebook(path: Path) -> Json:
    """Reads an instructor notebook as JSON; raises NotebookError when it is not a valid notebook of format 4."""
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise NotebookError(f"{path} cannot be read as a notebook: {error}") from error
    if not isinstance(notebook, dict) or notebook.get("nbformat") != 4:
        raise NotebookError(f"{path} is not a notebook of format 4; open it in Jupyter and save it")
    cells = notebook.get("cells")
    if not isinstance(cells, list) or not all(_is_cell(cell) for cell in cells):
        raise NotebookError(f"{path} has a cell without source or metadata; open it in Jupyter and save it")
    return notebook


def notebook_text(notebook: Json) -> str:
    """Serializes a notebook with the same layout as Jupyter and nbgrader."""
    return json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def built_from(notebook: Json) -> str | None:
    """Returns the fingerprint that :func:`to_notebook` recorded in the notebook, or None."""
    metadata = notebook.get("metadata", {}).get("chainrule")
    built = metadata.get("built") if isinstance(metadata, dict) else None
    return built if isinstance(built, str) else None


def fingerprint(cells: Sequence[PercentCell], files: Mapping[str, bytes]) -> str:
    """Returns a hash of everything a build reads.

    Running the notebook, or adding blank lines at the end of a cell, does not change it.
    """
    digest = hashlib.sha256()
    for cell in cells:
        digest.update(json.dumps([cell.kind, cell.source.rstrip(), dict(cell.metadata)], sort_keys=True).encode())
    for name in sorted(files):
        digest.update(json.dumps([name, hashlib.sha256(files[name]).hexdigest()]).encode())
    return digest.hexdigest()


def _notebook_cell(cell: PercentCell, name: str) -> Json:
    metadata: Json = {}
    if "tags" in cell.metadata:
        metadata["tags"] = cell.metadata["tags"]
    if cell.kind == "code" and grade_id(cell):
        metadata["tags"] = [_KEEP_GOING]
    nbgrader = _nbgrader_metadata(cell, name)
    if nbgrader:
        metadata["nbgrader"] = nbgrader
    source = cell.source.splitlines(keepends=True)
    notebook_cell = {"cell_type": cell.kind, "id": name, "metadata": metadata, "source": source}
    return notebook_cell if cell.kind == "markdown" else {**notebook_cell, "execution_count": None, "outputs": []}


def _nbgrader_metadata(cell: PercentCell, name: str) -> Json | None:
    kind = role(cell)
    if kind in ("prose", "experiment"):
        return None
    graded = kind in ("check", "written")
    metadata: Json = {
        "grade": graded,
        "grade_id": name,
        "locked": kind in ("check", "setup"),
        "schema_version": 3,
        "solution": kind in ("answer", "written"),
        "task": False,
    }
    return {**metadata, "points": cell.metadata["points"]} if graded else metadata


def _percent_cell(cell: Json, where: str, count: int) -> PercentCell:
    if cell["cell_type"] not in ("code", "markdown"):
        raise NotebookError(f"{where} is a {cell['cell_type']} cell; make it code or markdown")
    if cell.get("attachments"):
        raise NotebookError(f"{where} has an attachment; save the image next to notebook.py and add it to `files`")
    source = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
    return PercentCell(cell["cell_type"], source, _header(cell, where), count)


def _header(cell: Json, where: str) -> Json:
    """Returns the header of the cell in notebook.py; the inverse of ``_nbgrader_metadata``."""
    nbgrader = cell["metadata"].get("nbgrader") or {}
    grade, solution, locked = (bool(nbgrader.get(flag)) for flag in ("grade", "solution", "locked"))
    tags = cell["metadata"].get("tags")
    header: Json = {"tags": tags} if tags and not (tags == [_KEEP_GOING] and (grade or solution)) else {}
    if nbgrader.get("task"):
        raise NotebookError(f"{where} is a manually graded task; make it a manually graded answer")
    if not (grade or solution):
        if locked and cell["cell_type"] == "markdown":
            raise NotebookError(f"{where} is a read-only markdown cell, which notebook.py does not support; unlock it")
        return header
    if not grade:
        return {"answer": nbgrader.get("grade_id"), **header}
    kind = "written" if solution else "check"
    return {kind: nbgrader.get("grade_id"), "points": nbgrader.get("points"), **header}


def _is_cell(cell: object) -> bool:
    return (
        isinstance(cell, dict)
        and isinstance(cell.get("cell_type"), str)
        and isinstance(cell.get("metadata"), dict)
        and isinstance(cell.get("source"), str | list)
    )
