"""Notebooks as the plain JSON they are: read under caps, looked at, written as nbgrader writes them.

``nbformat`` validates against a JSON schema, which costs 100 ms a notebook and refuses what can be mended;
a submission is read here field by field instead, and rebuilt from the release anyway.
"""

from __future__ import annotations

import json
from typing import Any

from autograder.errors import NotebookError

MAX_BYTES = 32 * 2**20
MAX_CELLS = 2000
MAX_SOURCE = 2**20

Json = dict[str, Any]


def parse(data: bytes) -> Json:
    """The notebook in ``data``, with a list of well-formed cells; raises NotebookError, which says what is wrong."""
    if len(data) > MAX_BYTES:
        raise NotebookError(f"the file is larger than {MAX_BYTES // 2**20} MB; clear its outputs and submit again")
    if not data.strip():
        raise NotebookError("the file is empty")
    try:
        notebook = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise NotebookError(f"the file is not a notebook (not JSON: {str(error)[:100]})") from None
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        raise NotebookError("the file is JSON but not a notebook: it has no list of cells")
    if notebook.get("nbformat") != 4:
        raise NotebookError("the notebook is not in format 4; open it in a current Jupyter and save it again")
    if len(notebook["cells"]) > MAX_CELLS:
        raise NotebookError(f"the notebook has more than {MAX_CELLS} cells")
    for number, cell in enumerate(notebook["cells"], 1):
        _check_cell(cell, number)
    return notebook


def _check_cell(cell: Any, number: int) -> None:
    if not isinstance(cell, dict) or cell.get("cell_type") not in ("code", "markdown", "raw"):
        raise NotebookError(f"cell {number} is not a code, markdown or raw cell")
    source = cell.get("source")
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = cell["source"] = "".join(source)
    if not isinstance(source, str) or len(source) > MAX_SOURCE:
        raise NotebookError(f"cell {number} has no readable source")
    # A lone surrogate is legal JSON and illegal everywhere else.
    cell["source"] = source.encode("utf-8", "replace").decode()


def dump(notebook: Json) -> bytes:
    """The bytes nbformat would write: texts are lists of lines, so that a diff shows the line that changed."""
    split = {**notebook, "cells": [_split_cell(cell) for cell in notebook["cells"]]}
    text = json.dumps(split, ensure_ascii=False, indent=1, sort_keys=True, separators=(",", ": "))
    return (text + "\n").encode("utf-8", "replace")


def _split_cell(cell: Json) -> Json:
    found = {**cell, "source": cell["source"].splitlines(keepends=True)}
    if cell["cell_type"] == "code":
        found["outputs"] = [_split_output(output) for output in cell.get("outputs", [])]
    return found


def _split_output(output: Json) -> Json:
    if output["output_type"] == "stream":
        return {**output, "text": output["text"].splitlines(keepends=True)}
    if "data" not in output:
        return output
    text = {key: value.splitlines(keepends=True) for key, value in output["data"].items() if key.startswith("text/")}
    return {**output, "data": {**output["data"], **text}}


def metadata_of(cell: Json) -> Json:
    """The cell's metadata, whatever the file says."""
    metadata = cell.get("metadata")
    return metadata if isinstance(metadata, dict) else {}


def nbgrader_of(cell: Json) -> Json:
    """The cell's nbgrader metadata, or nothing."""
    fields = metadata_of(cell).get("nbgrader")
    return fields if isinstance(fields, dict) else {}


def grade_id_of(cell: Json) -> str | None:
    """The name nbgrader knows the cell by."""
    name = nbgrader_of(cell).get("grade_id")
    return name if isinstance(name, str) else None


def is_experiment(cell: Json) -> bool:
    """Whether the cell is tagged as one that grading does not run."""
    tags = metadata_of(cell).get("tags")
    return isinstance(tags, list) and "experiment" in tags
