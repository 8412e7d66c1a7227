"""Mutated notebooks: whatever is handed in, the checks and the locked cells are the course's, and nothing raises."""

import copy
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from course_fixtures import NAME, code, markdown, released, solved

from autograder.course.layout import Course
from autograder.grading.templates import load_template
from autograder.notebooks import intake, ipynb
from autograder.results import graded_notebook
from autograder.results.model import CheckResult, NotebookResult

ODD: list[Any] = [
    None, True, 0, -1, 1e308, "", "x", "\ud800", "\x00", "<script>", "test_square", "square", "a" * 10_000,
    [], {}, [None], [["x"]], {"x": []}, ["def square(x):\n", "    return 7"],
    {"nbgrader": {"grade_id": "test_square", "grade": True}},
]  # fmt: skip
"""Values that take the place of others."""


def places(tree: Any) -> list[tuple[Any, Any]]:
    """Every place in a tree: a container, and a key or an index of it."""
    keys = list(tree) if isinstance(tree, dict) else range(len(tree)) if isinstance(tree, list) else ()
    return [place for key in keys for place in [(tree, key), *places(tree[key])]]


def mutated(notebook: dict[str, Any], rng: random.Random) -> bytes:
    """A notebook with some values replaced, removed or moved, cells among them, or its bytes changed."""
    notebook = copy.deepcopy(notebook)
    for _ in range(rng.randint(1, 6)):
        found = places(notebook)
        if not found:
            break
        container, key = rng.choice(found)
        act = rng.randrange(4)
        if act == 0:
            container[key] = copy.deepcopy(rng.choice(ODD))
        elif act == 1:
            del container[key]
        elif act == 2:
            other, where = rng.choice(found)
            container[key] = copy.deepcopy(other[where])
        elif isinstance(notebook.get("cells"), list):
            notebook["cells"].insert(0, rng.choice([code("x"), markdown("x"), *copy.deepcopy(notebook["cells"])]))
    data = bytearray(json.dumps(notebook).encode())
    if rng.random() < 0.2:
        for _ in range(rng.randint(1, 20)):
            data[rng.randrange(len(data))] = rng.randrange(256)
    return bytes(data[: rng.randrange(len(data))] if rng.random() < 0.05 else data)


def template_of(course: Course) -> intake.Template:
    return load_template(course.assignment(NAME), NAME)


def record(template: intake.Template) -> NotebookResult:
    return NotebookResult(tuple(CheckResult(cell.grade_id, cell.points, 0.0) for cell in template.checks))


@pytest.mark.parametrize("make", [released, solved], ids=["released", "solved"])
@pytest.mark.parametrize("count", [150, pytest.param(5_000, marks=pytest.mark.slow)], ids=["short", "long"])
def test_no_notebook_changes_what_is_graded(
    count: int, make: Callable[[Course], dict[str, Any]], built: Course, tmp_path: Path
) -> None:
    template, rng, path = template_of(built), random.Random(count), tmp_path / f"{NAME}.ipynb"
    locked = [cell for cell in template.cells if not cell.is_answer]
    read, notebook = 0, make(built)
    for _ in range(count):
        path.write_bytes(mutated(notebook, rng))
        submission = intake.read(path, template)
        read += not submission.problem
        kept = {cell.grade_id: cell for cell in submission.cells if cell.nbgrader}
        if not submission.problem:
            assert [cell for cell in submission.cells if cell.nbgrader and not cell.is_answer] == locked
            assert list(kept) == [cell.grade_id for cell in template.cells]
        graded = ipynb.parse(ipynb.dump(graded_notebook.build(submission, record(template))))
        assert [ipynb.grade_id_of(cell) for cell in graded["cells"] if ipynb.grade_id_of(cell)] == [
            cell.grade_id for cell in template.cells
        ]
    assert read > count // 20  # or the mutations would only test that broken files are refused
