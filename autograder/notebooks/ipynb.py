"""Reads and writes .ipynb files as plain JSON, with limits on their size.

``nbformat`` validates against a JSON schema, which takes 100 ms per notebook and rejects files that can be repaired.
Submissions are checked field by field here instead; they are merged into the released notebook anyway.
"""

from __future__ import annotations

import json
from typing import Any

from autograder.errors import NotebookError

MAX_BYTES = 32 * 2**20
MAX_VALUES = 2_000_000
"""Separators and brackets in the file, inside strings included: each may stand for a value of up to 100 bytes."""

MAX_CELLS = 2000
MAX_SOURCE = 2**20
"""Characters per cell."""

EXPERIMENT, SKIPPED = "experiment", "skip-execution"
"""Tags of cells that grading does not run: the first one is ours, the second one Jupyter's."""

Json = dict[str, Any]


def parse(data: bytes) -> Json:
    """Parses a notebook whose cells are then known to be well-formed, with each source as a single string.

    Raises NotebookError with the reason when ``data`` is not a notebook of format 4 or exceeds a limit.
    """
    if len(data) > MAX_BYTES:
        raise NotebookError(f"the file is larger than {MAX_BYTES // 2**20} MB; clear its outputs and submit again")
    if not data.strip():
        raise NotebookError("the file is empty")
    if sum(map(data.count, (b",", b":", b"[", b"{"))) > MAX_VALUES:
        raise NotebookError("the file holds too many values; clear its outputs and submit again")
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
    # JSON allows lone surrogates; UTF-8 does not.
    cell["source"] = source.encode("utf-8", "replace").decode()


def dump(notebook: Json) -> bytes:
    """Serializes a notebook as nbformat does, with text split into lists of lines so that diffs are readable."""
    split = {**notebook, "cells": [_split_cell(cell) for cell in notebook["cells"]]}
    text = json.dumps(split, ensure_ascii=False, indent=1, sort_keys=True, separators=(",", ": "))
    return (text + "\n").encode("utf-8", "replace")


def _split_cell(cell: Json) -> Json:
    split = {**cell, "source": cell["source"].splitlines(keepends=True)}
    if cell["cell_type"] == "code":
        split["outputs"] = [_split_output(output) for output in cell.get("outputs", [])]
    return split


def _split_output(output: Json) -> Json:
    if output["output_type"] == "stream":
        return {**output, "text": output["text"].splitlines(keepends=True)}
    if "data" not in output:
        return output
    text = {key: value.splitlines(keepends=True) for key, value in output["data"].items() if key.startswith("text/")}
    return {**output, "data": {**output["data"], **text}}


def metadata_of(cell: Json) -> Json:
    """Returns the metadata of a cell; an empty dict when it is missing or malformed."""
    metadata = cell.get("metadata")
    return metadata if isinstance(metadata, dict) else {}


def nbgrader_of(cell: Json) -> Json:
    """Returns the nbgrader metadata of a cell; an empty dict when it is missing or malformed."""
    fields = metadata_of(cell).get("nbgrader")
    return fields if isinstance(fields, dict) else {}


def grade_id_of(cell: Json) -> str | None:
    """Returns the ``grade_id`` of a cell, or None when nbgrader does not know the cell."""
    name = nbgrader_of(cell).get("grade_id")
    return name if isinstance(name, str) else None


def has_tag(cell: Json, tag: str) -> bool:
    """Whether the cell has this tag."""
    tags = metadata_of(cell).get("tags")
    return isinstance(tags, list) and tag in tags
