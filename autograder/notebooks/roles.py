"""The role of each cell of notebook.py, and the rules that cells must follow.

The header of a cell determines its role: ``answer``, ``check`` and ``written`` cells are graded, cells with
``tags=["experiment"]`` are not run by grading, other code cells are setup, and other markdown cells are prose.
"""

import math
import re
from collections.abc import Iterator, Sequence
from typing import Literal

from autograder.errors import AssignmentError
from autograder.notebooks.percent import PercentCell

Role = Literal["answer", "check", "written", "experiment", "setup", "prose"]

_HEADER_KEYS: dict[Role, frozenset[str]] = {
    "answer": frozenset({"answer"}),
    "check": frozenset({"check", "points"}),
    "written": frozenset({"written", "points"}),
    "experiment": frozenset({"tags"}),
    "setup": frozenset(),
    "prose": frozenset(),
}
_KINDS = {"answer": "code", "check": "code", "experiment": "code"}
_GRADE_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")  # also used as cell id, which nbformat limits to 64 characters
# nbgrader would process these markers; hidden tests belong in hidden_tests/.
_FORBIDDEN = ("BEGIN HIDDEN TESTS", "END HIDDEN TESTS", "BEGIN MARK SCHEME", "END MARK SCHEME", "AUTOTEST")


def role(cell: PercentCell) -> Role:
    """Returns the role of a cell."""
    if "answer" in cell.metadata:
        return "answer"
    if "check" in cell.metadata:
        return "check"
    if "written" in cell.metadata:
        return "written"
    if "tags" in cell.metadata:
        return "experiment"
    return "setup" if cell.kind == "code" else "prose"


def grade_id(cell: PercentCell) -> str | None:
    """Returns the name of a graded cell in the gradebook; None for every other cell."""
    value = cell.metadata.get(role(cell))
    return value if isinstance(value, str) else None


def cell_ids(cells: Sequence[PercentCell]) -> list[str]:
    """Returns one id per cell: the grade id, or the role and a running number.

    Ids do not depend on the text, so that fixing a typo in a locked cell does not make it a new cell.
    """
    counts: dict[str, int] = {}
    ids = []
    for cell in cells:
        kind = role(cell)
        counts[kind] = counts.get(kind, 0) + 1
        ids.append(grade_id(cell) or f"{kind}-{counts[kind]}")
    return ids


def check_cells(cells: Sequence[PercentCell], file: object) -> None:
    """Raises AssignmentError for the first cell that breaks a rule; ``file`` is the file that the message names."""
    seen: dict[str, int] = {}
    for cell in cells:
        for problem in _problems(cell):
            raise AssignmentError(f"{file}:{cell.line}: {problem}")
        name = grade_id(cell)
        if name is None:
            continue
        if name in seen:
            raise AssignmentError(
                f"{file}:{cell.line}: the grade id {name!r} is taken by line {seen[name]}; choose another"
            )
        seen[name] = cell.line


def _problems(cell: PercentCell) -> Iterator[str]:
    yield from _header_problems(cell)
    yield from _source_problems(cell)


def _header_problems(cell: PercentCell) -> Iterator[str]:
    kind = role(cell)
    allowed = _HEADER_KEYS[kind]
    for key, value in cell.metadata.items():
        if key in ("title", "incorrectly_encoded_metadata"):
            yield f'the header says {value!r}; write key="value", or tags=["experiment"]'
        elif key == "cell_type":
            yield f"a {value} cell is neither code nor markdown; write '# %%' or '# %% [markdown]'"
        elif key not in allowed:
            takes = ", ".join(sorted(allowed)) or "nothing"
            yield f"{key!r} is not allowed in the header of this cell ({kind}), which takes {takes}"
    if _KINDS.get(kind, cell.kind) != cell.kind:
        yield f"{kind!r} cells must be code cells; remove [markdown] from the header"
    if kind == "experiment" and cell.metadata["tags"] != ["experiment"]:
        yield f'the only tag is tags=["experiment"], not {cell.metadata["tags"]!r}'
    if kind in ("answer", "check", "written"):
        yield from _grade_problems(cell, kind)


def _grade_problems(cell: PercentCell, kind: str) -> Iterator[str]:
    name = cell.metadata[kind]
    if not isinstance(name, str) or not _GRADE_ID.fullmatch(name):
        yield f"{kind}={name!r} must be a Python name of at most 64 characters"
    elif kind == "check" and not name.startswith("test_"):
        yield f"check={name!r} must start with 'test_', as its file in hidden_tests/ does"
    if kind == "answer":
        return
    points = cell.metadata.get("points")
    if points is None:
        yield f"{kind}={name!r} has no points; add points=1 to the header"
    elif not is_positive(points):
        yield f"points={points!r} of {name!r} must be a positive number"


def _source_problems(cell: PercentCell) -> Iterator[str]:
    kind = role(cell)
    for marker in _FORBIDDEN:
        if marker in cell.source:
            yield f"the cell contains {marker!r}; put hidden tests into hidden_tests/, not into the notebook"
    regions = _solution_regions(cell.source)
    if regions is None:
        yield "### BEGIN SOLUTION and ### END SOLUTION are not paired"
    elif regions and kind not in ("answer", "written"):
        yield '### BEGIN SOLUTION is in a cell that is not an answer; add answer="<name>" to the header'
    elif not regions and kind == "answer":
        yield f"answer={grade_id(cell)!r} has no ### BEGIN SOLUTION and ### END SOLUTION around its reference answer"


def _solution_regions(source: str) -> int | None:
    """Returns the number of solution regions, or None when the markers are not paired."""
    markers_by_line = [re.findall(r"(BEGIN|END) SOLUTION", line) for line in source.split("\n")]
    markers = [marker for marker in markers_by_line if marker]  # nbgrader reads one marker per line
    pairs = len(markers) // 2
    return pairs if markers == [["BEGIN"], ["END"]] * pairs else None


def is_positive(value: object) -> bool:
    """Whether ``value`` is a finite, positive int or float; bools do not count."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and value > 0
