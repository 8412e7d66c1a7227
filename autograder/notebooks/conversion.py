"""The cells of notebook.py as an instructor's notebook, and back.

nbgrader keeps what a cell is in ``metadata.nbgrader``:

==========  ==========================================  ============================
cell        nbgrader                                    in the student's notebook
==========  ==========================================  ============================
answer      solution                                    editable
check       grade, locked, points                       locked
written     grade, solution, points                     editable, graded by a person
set-up      locked                                      locked
others      nothing                                     theirs
==========  ==========================================  ============================

A notebook is written with sorted keys, no outputs and ids that depend on the cells alone.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from autograder.errors import NotebookError
from autograder.notebooks.percent import PercentCell
from autograder.notebooks.roles import cell_ids, role

Json = dict[str, Any]

_KERNELSPEC = {"display_name": "Python 3", "language": "python", "name": "python3"}


def to_notebook(cells: Sequence[PercentCell], built: str) -> Json:
    """The notebook of `cells`; `built` is the fingerprint of what it was built from."""
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
    """The cells a person would write in notebook.py; `line` is the cell's place in the notebook."""
    return [_percent_cell(cell, f"{path}: cell {count}", count) for count, cell in enumerate(notebook["cells"], 1)]


def read_notebook(path: Path) -> Json:
    """The JSON of an instructor's notebook; raises `NotebookError`."""
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise NotebookError(f"{path} cannot be read as a notebook: {error}") from error
    if not isinstance(notebook, dict) or notebook.get("nbformat") != 4:
        raise NotebookError(f"{path} is no notebook of format 4; open it in Jupyter and save it")
    cells = notebook.get("cells")
    if not isinstance(cells, list) or not all(_is_cell(cell) for cell in cells):
        raise NotebookError(f"{path} has a cell without source or metadata; open it in Jupyter and save it")
    return notebook


def notebook_text(notebook: Json) -> str:
    """The bytes-to-be of a notebook, in the layout that Jupyter and nbgrader write."""
    return json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def built_from(notebook: Json) -> str | None:
    """The fingerprint that `to_notebook` left in a notebook."""
    mark = notebook.get("metadata", {}).get("chainrule")
    value = mark.get("built") if isinstance(mark, dict) else None
    return value if isinstance(value, str) else None


def fingerprint(cells: Sequence[PercentCell], files: Mapping[str, bytes]) -> str:
    """A hash of all that a build reads; running a notebook, or blank lines at a cell's end, do not change it."""
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
    nbgrader = _nbgrader_metadata(cell, name)
    if nbgrader:
        metadata["nbgrader"] = nbgrader
    made = {"cell_type": cell.kind, "id": name, "metadata": metadata, "source": cell.source.splitlines(keepends=True)}
    return made if cell.kind == "markdown" else {**made, "execution_count": None, "outputs": []}


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
        raise NotebookError(f"{where} has a pasted picture; save it beside notebook.py and name it in files")
    source = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
    return PercentCell(cell["cell_type"], source, _header(cell, where), count)


def _header(cell: Json, where: str) -> Json:
    """The header that makes such a cell; the inverse of `_nbgrader_metadata`."""
    tags = cell["metadata"].get("tags")
    header: Json = {"tags": tags} if tags else {}
    nbgrader = cell["metadata"].get("nbgrader") or {}
    grade, solution, locked = (bool(nbgrader.get(flag)) for flag in ("grade", "solution", "locked"))
    if nbgrader.get("task"):
        raise NotebookError(f"{where} is a manually graded task; make it a manually graded answer")
    if not (grade or solution):
        if locked and cell["cell_type"] == "markdown":
            raise NotebookError(f"{where} is read-only markdown, which notebook.py cannot say; unlock it")
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
