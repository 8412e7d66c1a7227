"""Notebooks as plain Python text, cells apart at ``# %%`` lines.

jupytext reads and writes each cell (comment prefixes, magics, fences inside markdown). This module keeps
what jupytext throws away, the line a cell starts on and its exact text, so that an error can name a line
and writing a cell back unchanged gives the same bytes.

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
    """One cell; two cells are equal when a notebook would show the same thing."""

    kind: Literal["code", "markdown"]
    source: str
    metadata: Mapping[str, Any] = field(default_factory=dict)
    line: int = field(default=0, compare=False)
    """Line of the header in the file it was read from; 0 when it was not read from text."""
    text: str = field(default="", compare=False, repr=False)
    """The exact text it was read from, up to the next header."""


def parse(text: str, name: str = "text") -> list[PercentCell]:
    """The cells of `text`; `name` is the file that an `AssignmentError` should point at."""
    lines = _lines(text)
    plain = [line.rstrip("\n") for line in lines]
    start = _front_matter_end(plain, name)
    cells = []
    while start < len(plain):
        if not _HEADER.match(plain[start]):
            raise AssignmentError(f"{name}:{start + 1}: {plain[start]!r} stands before the first '# %%' header")
        kind, source, metadata, length = _read_cell(plain[start:])
        written = "".join(lines[start : start + length])
        cells.append(PercentCell(kind, source, metadata, start + 1, written))
        start += length
    return cells


def front_matter(text: str) -> str:
    """What stands before the first cell: nothing, or jupytext's YAML header."""
    lines = _lines(text)
    return "".join(lines[: _front_matter_end([line.rstrip("\n") for line in lines], "text")])


def render(cells: Iterable[PercentCell], front: str = "") -> str:
    """The text of `cells`; a cell that was read from text is written exactly as it was.

    Raises `AssignmentError` when reading the text would not give the same cells back.
    """
    cells = list(cells)
    text = front
    before = None
    for cell in cells:
        if before is not None and not (before.text and cell.text):
            text = text.rstrip("\n") + "\n\n"
        text += cell.text or "\n".join(_cell_lines(cell)) + "\n"
        before = cell
    text = text.rstrip("\n") + "\n" if cells else front
    _require_same(cells, parse(text))
    return text


def _require_same(wanted: list[PercentCell], found: list[PercentCell]) -> None:
    for position, cell in enumerate(wanted):
        if position >= len(found) or found[position] != cell:
            first = cell.source.strip().partition("\n")[0]
            raise AssignmentError(
                f"the {cell.kind} cell that starts with {first!r} cannot be written in percent format: "
                "take out '# %%' lines, blank lines at its ends and magics other than % and !"
            )


def _lines(text: str) -> list[str]:
    """Lines with their ends; only newlines end a line, as they do in Python source."""
    return re.findall(r"[^\n]*\n|[^\n]+", text.replace("\r\n", "\n"))


def _front_matter_end(lines: list[str], name: str) -> int:
    from jupytext.header import header_to_metadata_and_cell

    try:
        *_, end = header_to_metadata_and_cell(lines, "#", "", ".py", False)
    except ValueError as error:  # PyYAML's errors and an encoding that is not UTF-8
        raise AssignmentError(f"{name}:1: the header before the first cell cannot be read: {error}") from error
    while end < len(lines) and not lines[end].strip():
        end += 1
    return int(end)


def _read_cell(lines: list[str]) -> tuple[Literal["code", "markdown"], str, dict[str, Any], int]:
    """The cell that starts at ``lines[0]``, and how many lines it takes."""
    from jupytext.cell_reader import DoublePercentScriptCellReader, uncomment

    reader = DoublePercentScriptCellReader(_FORMAT, "python")
    cell, length = reader.read(list(lines))
    metadata = {key: value for key, value in cell.metadata.items() if key not in _LAYOUT}
    written = lines[1 : 2 + cell.source.count("\n")]
    if cell.cell_type != "markdown":
        if cell.cell_type == "raw":
            metadata["cell_type"] = "raw"  # no role has this key, so the contract refuses it by name
        return "code", _keep_comments(cell.source, written), metadata, length
    if "cell_marker" in cell.metadata:  # between triple quotes
        return "markdown", cell.source, metadata, length
    # jupytext takes the heading '# # Why?' for a commented magic and would return 'Why?'
    return "markdown", "\n".join(uncomment(written)) if length > 1 else "", metadata, length


def _keep_comments(source: str, written: list[str]) -> str:
    """Undo jupytext's uncommenting of what is no magic: ``# copy x`` would become the shell command ``copy x``."""
    kept = []
    for line, before in zip(source.split("\n"), written, strict=False):
        uncommented = before.lstrip().startswith("#") and not line.lstrip().startswith("#")
        kept.append(before if uncommented and not _MAGIC.match(line) else line)
    return "\n".join(kept)


def _cell_lines(cell: PercentCell) -> list[str]:
    from jupytext.cell_to_text import DoublePercentCellExporter

    node = SimpleNamespace(cell_type=cell.kind, source=cell.source, metadata=dict(cell.metadata))
    lines: list[str] = DoublePercentCellExporter(node, "python", _FORMAT).cell_to_text()
    return lines
