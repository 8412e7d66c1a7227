"""Shows a submission in formgrader: formulas need no network, and the model answer is beside that of the student."""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import Any

from autograder.course.layout import Course
from autograder.errors import CourseError, NotebookError
from autograder.nbgrader_bridge.formgrader.pages import TEMPLATES
from autograder.notebooks import ipynb

_THEIRS, _OURS = "formgrade", "notebook"
"""The names of nbgrader's template and of ours, which extends it."""
_MARKER = re.compile(r"^[ \t]*### (?:BEGIN|END) SOLUTION[ \t]*\n?", re.MULTILINE)


def use_our_template(exporter: Any) -> None:
    """Replaces formgrader's template in the exporter of its pages; other exporters stay as they are."""
    if getattr(exporter, "template_name", "") != _THEIRS:
        return
    exporter.extra_template_paths = [*exporter.extra_template_basedirs, *exporter.extra_template_paths]
    exporter.extra_template_basedirs = [str(TEMPLATES), *exporter.extra_template_basedirs]
    exporter.template_name = _OURS


def model_answers(autograded: Path, assignment: str, notebook: str) -> dict[str, ipynb.Json]:
    """Returns the cells of the solution that a person grades, by grade id; none where there is no solution.

    ``autograded`` is the folder of the submission, <step>/<student>/<assignment>. Instructors only may see this.
    """
    try:
        step = autograded.parents[1]  # below it, a configuration may be a student's
        found = Course.find(step).assignment(assignment)
        return _written(*(_stamped(folder / f"{notebook}.ipynb") for folder in (found.solution, found.release)))
    except (CourseError, NotebookError, OSError):
        return {}


def _stamped(path: Path) -> tuple[Path, int]:
    return path, path.stat().st_mtime_ns


@functools.lru_cache(maxsize=8)
def _written(solution: tuple[Path, int], release: tuple[Path, int]) -> dict[str, ipynb.Json]:
    """Reads a solution, once for the whole class, and leaves out cells that are the same in the release."""
    cells, stubs = (
        {name: cell for cell in ipynb.parse(path.read_bytes())["cells"] if (name := ipynb.grade_id_of(cell))}
        for path, _ in (solution, release)
    )
    return {
        name: {**cell, "source": _MARKER.sub("", cell["source"])}
        for name, cell in cells.items()
        if _is_written(cell) and name in stubs and cell["source"] != stubs[name]["source"]
    }


def _is_written(cell: ipynb.Json) -> bool:
    fields = ipynb.nbgrader_of(cell)
    return bool(fields.get("grade") and fields.get("solution"))
