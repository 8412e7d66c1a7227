"""Reads and writes notebooks in percent format: Python scripts whose cells start with ``# %%`` lines.

jupytext converts each cell (comment prefixes, magics, fences inside markdown). This module also keeps what
jupytext discards, the line number and the exact text of each cell, so that errors can name a line and unchanged
cells are written back byte for byte.

    # %% answer="square"              PercentCell(kind="code", source="def square(x): ...",
    def square(x): ...                            metadata={"answer": "square"}, line=1)
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, Literal

from autograder.errors import AssignmentError

_FORMAT = {"extension": ".py", "format_name": "percent"}
_HEADER = re.compile(r"\s*#\s*%%(\s|$)")
_LAYOUT = {"lines_to_next_cell", "lines_to_end_of_cell_marker", "cell_marker"}
_MAGIC = re.compile(r"\s*([%!]|\w+\s*=\s*[%!])")


@dataclass(frozen=True)
class PercentCell:
    """One cell of a percent script; cells are equal when kind, source and metadata are."""

    kind: Literal["code", "markdown"]
    source: str
    metadata: Mapping[str, Any] = field(default_factory=dict)
    line: int = field(default=0, compare=False)
    """Line number of the header in the file; 0 when the cell was not read from a file."""
    text: str = field(default="", compare=False, repr=False)
    """The exact text of the cell in the file, up to the next header; empty when it was not read from a file."""


def parse(text: str, name: str = "text") -> list[PercentCell]:
    """Parses a percent script into cells; ``name`` is the file name in error messages.

    Raises AssignmentError when text precedes the first cell or the YAML header is malformed.
    """
    lines = _lines(text)
    plain = [line.rstrip("\n") for line in lines]
    start = _front_matter_end(plain, name)
    cells = []
    while start < len(plain):
        if not _HEADER.match(plain[start]):
            raise AssignmentError(
                f"{name}:{start + 1}: {plain[start]!r} comes before the first '# %%' header; move it into a cell"
            )
        kind, source, metadata, length = _read_cell(plain[start:])
        exact_text = "".join(lines[start : start + length])
        cells.append(PercentCell(kind, source, metadata, start + 1, exact_text))
        start += length
    return cells


def front_matter(text: str) -> str:
    """Returns the text before the first cell: jupytext's YAML header, or an empty string."""
    lines = _lines(text)
    return "".join(lines[: _front_matter_end([line.rstrip("\n") for line in lines], "text")])


def render(cells: Iterable[PercentCell], front: str = "") -> str:
    """Writes ``cells`` as a percent script that starts with the YAML header ``front``.

    Cells that were read from a file keep their exact text. Raises AssignmentError when parsing the result would not
    give the same cells.
    """
    cells = list(cells)
    text = front
    previous = None
    for cell in cells:
        if previous is not None and not (previous.text and cell.text):
            text = text.rstrip("\n") + "\n\n"
        text += cell.text or "\n".join(_cell_lines(cell)) + "\n"
        previous = cell
    text = text.rstrip("\n") + "\n" if cells else front
    _check_round_trip(cells, parse(text))
    return text


def _check_round_trip(cells: list[PercentCell], parsed: list[PercentCell]) -> None:
    for position, cell in enumerate(cells):
        if position >= len(parsed) or parsed[position] != cell:
            first = cell.source.strip().partition("\n")[0]
            raise AssignmentError(
                f"the {cell.kind} cell that starts with {first!r} cannot be written in percent format: "
                "remove '# %%' lines, leading and trailing blank lines, and magics other than % and !"
            )


def _lines(text: str) -> list[str]:
    """Splits text into lines, line ends included, at newlines only; str.splitlines knows more separators."""
    return re.findall(r"[^\n]*\n|[^\n]+", text.replace("\r\n", "\n"))


def _front_matter_end(lines: list[str], name: str) -> int:
    from jupytext.header import header_to_metadata_and_cell

    try:
        *_, end = header_to_metadata_and_cell(lines, "#", "", ".py", False)
    except ValueError as error:  # from PyYAML, or for an encoding other than UTF-8
        raise AssignmentError(f"{name}:1: the header before the first cell cannot be read: {error}") from error
    while end < len(lines) and not lines[end].strip():
        end += 1
    return int(end)


def _read_cell(lines: list[str]) -> tuple[Literal["code", "markdown"], str, dict[str, Any], int]:
    """Returns kind, source, metadata and number of lines of the cell that starts at ``lines[0]``."""
    from jupytext.cell_reader import DoublePercentScriptCellReader, uncomment

    reader = DoublePercentScriptCellReader(_FORMAT, "python")
    cell, length = reader.read(list(lines))
    metadata = {key: value for key, value in cell.metadata.items() if key not in _LAYOUT}
    original = lines[1 : 2 + cell.source.count("\n")]
    if cell.cell_type != "markdown":
        if cell.cell_type == "raw":
            metadata["cell_type"] = "raw"  # not a key of any role, so check_cells rejects the cell
        return "code", _restore_comments(cell.source, original), metadata, length
    if "cell_marker" in cell.metadata:  # markdown in triple quotes
        return "markdown", cell.source, metadata, length
    # jupytext mistakes the heading '# # Why?' for a commented magic and would return 'Why?'
    return "markdown", "\n".join(uncomment(original)) if length > 1 else "", metadata, length


def _restore_comments(source: str, original: list[str]) -> str:
    """Restores comments that jupytext mistook for commented magics: it turns ``# copy x`` into ``copy x``."""
    restored = []
    for line, original_line in zip(source.split("\n"), original, strict=False):
        uncommented = original_line.lstrip().startswith("#") and not line.lstrip().startswith("#")
        restored.append(original_line if uncommented and not _MAGIC.match(line) else line)
    return "\n".join(restored)


def _cell_lines(cell: PercentCell) -> list[str]:
    from jupytext.cell_to_text import DoublePercentCellExporter

    node = SimpleNamespace(cell_type=cell.kind, source=cell.source, metadata=dict(cell.metadata))
    lines: list[str] = DoublePercentCellExporter(node, "python", _FORMAT).cell_to_text()
    return lines
