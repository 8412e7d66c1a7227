"""The solution of a2_backprop_graph, after its cells have run, and its prose."""

import re
import sys
from collections.abc import Iterator
from typing import Any
from unittest.mock import MagicMock, patch

import pytest
from course_fixtures import ROOT

from autograder.course.assignment import Assignment
from autograder.course.layout import Course
from autograder.notebooks.roles import role


@pytest.fixture(scope="session")
def assignment() -> Assignment:
    return Course(ROOT).assignment("a2_backprop_graph").load()


@pytest.fixture(scope="session")
def text(assignment: Assignment) -> str:
    """All that is in markdown cells, model answers included, as one line."""
    prose = "\n".join(cell.source for cell in assignment.cells if cell.kind == "markdown")
    return re.sub(r"\s+", " ", prose)


@pytest.fixture(scope="session")
def names(assignment: Assignment) -> Iterator[dict[str, Any]]:
    """What the notebook defines; experiments are defined as well, and neither run nor drawn."""
    names: dict[str, Any] = {}
    # Other assignments hand out files of the same names.
    with patch.dict(sys.modules, {"plots": MagicMock(), "checks": MagicMock()}):
        for cell in assignment.cells:
            if cell.kind == "code" and role(cell) in ("setup", "answer", "experiment"):
                exec(compile(cell.source, f"line {cell.line}", "exec"), names)
        yield names
