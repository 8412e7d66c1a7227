"""A course with one tiny assignment, built once and copied for each test, and what students hand in."""

import atexit
import copy
import functools
import json
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from autograder.authoring import handed_out
from autograder.authoring.build import build
from autograder.course.assignment import Assignment
from autograder.course.layout import Course
from autograder.grading import batch
from autograder.grading.grader import Grader
from autograder.grading.options import GradingOptions
from autograder.grading.pool import Pool
from autograder.grading.setup import open_graders
from autograder.nbgrader_bridge.recorded import NbgraderGradebook
from autograder.notebooks import intake
from autograder.notebooks import ipynb as nb
from autograder.notebooks.roles import role
from autograder.results import store
from autograder.results.model import NotebookResult, SubmissionResult

ROOT = Path(__file__).parents[1]
NAME = "t1_powers"
SECRET = 31337.25
"""An input that only the hidden tests know."""

Json = dict[str, Any]

NOTEBOOK = '''\
# %% [markdown]
# # Powers

# %%
import numpy as np
limit = int(open("limit.txt").read())

# %% answer="square"
def square(x):
    """x times x."""
    ### BEGIN SOLUTION
    product_of_equals = x * x
    return product_of_equals
    ### END SOLUTION

# %% check="test_square" points=2
assert square(3) == 9

# %% answer="total"
def total(x):
    """The sum of the entries of x."""
    ### BEGIN SOLUTION
    entries_summed_up = np.sum(x)
    return entries_summed_up
    ### END SOLUTION

# %% check="test_total" points=3
assert total(np.ones(4)) == 4

# %% tags=["experiment"]
limit = "an experiment ran"

# %% [markdown] written="why" points=1
# ### BEGIN SOLUTION
# Because a sum does not care where it starts.
# ### END SOLUTION
'''

HIDDEN_TESTS = {
    "test_square": '''\
"""Squares."""
import numpy as np
from autograder import assert_close


def test_numbers(student):
    """The square of a number is the number times itself.

    Multiply x by x.
    """
    secret_input = 31337.25
    assert_close(student.square(secret_input), 31337.25**2)


def test_arrays(student):
    """The square of an array holds the squares of its entries."""
    assert_close(student.square(np.array([1.5, -2.0])), np.array([2.25, 4.0]))
''',
    "test_total": '''\
"""Sums."""
import numpy as np
import pytest
from autograder import assert_close, assert_unchanged


@pytest.mark.weight(2)
def test_sum(student, rng):
    """The total is the sum of all entries."""
    numbers = rng.integers(-9, 9, size=7).astype(float)
    assert_close(student.total(numbers), sum(numbers.tolist()))


def test_argument_is_kept(student):
    """The total leaves its argument as it was."""
    call = student.total.observe(np.array([3.0, 1.0, 2.0]))
    assert_close(call.value, 6.0)
    assert_unchanged(call)
''',
}

VARIANTS = {
    "wrong_answers/triples.py": """\
# %% [markdown] fails=["test_square::test_numbers", "test_square::test_arrays"]
# Multiplies by three, which is right for 3 only.

# %% answer="square"
def square(x):
    return 3 * x
""",
    "wrong_answers/sorts_in_place.py": """\
# %% [markdown] fails=["test_total::test_argument_is_kept"]
# Sorts the caller's array on the way.

# %% answer="total"
def total(x):
    x.sort()
    return x.sum()
""",
    "right_answers/power.py": """\
# %% [markdown]
# Uses the power operator.

# %% answer="square"
def square(x):
    return x**2
""",
}

SETTINGS = """\
title = "Powers"
libraries = ["numpy"]
files = ["limit.txt"]

[limits]
cell_seconds = 1
call_seconds = 1
submission_seconds = 30
memory_mb = 512
"""

ANSWERS = {
    "square": "def square(x):\n    return x * x\n",
    "total": "def total(x):\n    return np.sum(x)\n",
    "why": "It is associative.",
}


def write_assignment(folder: Path) -> None:
    """The tiny assignment as a person would have written it."""
    files = {"notebook.py": NOTEBOOK, "assignment.toml": SETTINGS, "limit.txt": "7\n"} | VARIANTS
    files |= {f"hidden_tests/{name}.py": text for name, text in HIDDEN_TESTS.items()}
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Course]:
    """The built course; read it, copy it, and leave it as it is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path_factory.mktemp("jupyter")))
        course = Course(tmp_path_factory.mktemp("course"))
        shutil.copy(ROOT / "nbgrader_config.py", course.root)
        write_assignment(course.assignments / NAME)
        build(course.assignment(NAME))
        yield course


@pytest.fixture
def course(built: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Course:
    """A built course of the test's own; the test stands in it, as a person would."""
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path / "jupyter"))
    monkeypatch.setenv("PATH", f"{ROOT / '.venv' / 'bin'}:/usr/bin:/bin")
    root = tmp_path / "course"
    shutil.copytree(built.root, root)
    monkeypatch.chdir(root)
    return Course(root)


@pytest.fixture(scope="session")
def grader(built: Course) -> Iterator[Grader]:
    """A warm grader of the tiny assignment, for all tests that only grade."""
    with open_graders(built.assignment(NAME)) as graders:
        yield graders[NAME]


# What students hand in


def code(source: str, **fields: Any) -> Json:
    """A cell that a student added."""
    made: Json = {"cell_type": "code", "metadata": {}, "source": source, "outputs": [], "execution_count": None}
    return made | fields


def markdown(source: str, **fields: Any) -> Json:
    """A cell with a student's words."""
    return {"cell_type": "markdown", "metadata": {}, "source": source} | fields


def released(course: Course, name: str = NAME) -> Json:
    """The notebook students are handed."""
    return nb.parse((course.release / name / f"{name}.ipynb").read_bytes())


def solved(course: Course, **answers: str) -> Json:
    """The released notebook with right answers, or with others for the cells that are named."""
    notebook = released(course)
    for cell in notebook["cells"]:
        cell["source"] = (ANSWERS | answers).get(cell["id"], cell["source"])
    return notebook


def cell_of(notebook: Json, name: str) -> Json:
    """The cell of that grade id, or of that cell id."""
    return next(cell for cell in notebook["cells"] if nb.grade_id_of(cell) == name or cell.get("id") == name)


def with_cells(notebook: Json, *cells: Json, after: str = "") -> Json:
    """The notebook with more cells: behind the named one, or at the end."""
    found = copy.deepcopy(notebook)
    place = found["cells"].index(cell_of(found, after)) + 1 if after else len(found["cells"])
    found["cells"][place:place] = cells
    return found


def hand_in(course: Course, student: str, notebook: Json | bytes, name: str = NAME) -> Path:
    """Puts a submission where it is collected."""
    path = course.submitted / student / name / f"{name}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(notebook if isinstance(notebook, bytes) else json.dumps(notebook).encode())
    return path


def grade_notebook(grader: Grader, notebook: Json) -> tuple[intake.Submission, NotebookResult]:
    """A notebook as grading sees it, and what grading found out."""
    parsed = nb.parse(json.dumps(notebook).encode())
    submission = intake.merge(parsed["cells"], grader.template)
    return submission, grader.grade(submission)


def grade(course: Course, name: str = NAME, **arguments: Any) -> list[batch.Outcome]:
    """Grades a class into nbgrader's gradebook, on a worker that stays warm unless ``workers`` asks for new ones."""
    assignment = course.assignment(name)
    if "workers" not in arguments:
        arguments.setdefault("pool", _warm_pool())
    return batch.grade(assignment, NbgraderGradebook(assignment), **arguments)


@functools.cache
def _warm_pool() -> Pool:
    """One worker process for all tests that grade small classes; starting one takes a second."""
    warm = Pool(1)
    atexit.register(warm.__exit__, None, None, None)
    return warm


def grade_class(course: Course, *, force: bool = False, workers: int = 0, **options: Any) -> dict[str, batch.Outcome]:
    """Everybody's outcome, by name; on new ``workers``, for a test that changes their environment."""
    more: dict[str, Any] = {"workers": workers} if workers else {}
    outcomes = grade(course, force=force, options=GradingOptions(**options), **more)
    return {outcome.student: outcome for outcome in outcomes}


def result_of(course: Course, student: str, name: str = NAME) -> SubmissionResult:
    """The stored result of a student who was graded."""
    result = store.read(course.assignment(name), student)
    assert result is not None
    return result


def rewrite(path: Path, old: str, new: str) -> None:
    """Replaces a piece of a text file that must be there."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def hidden_test(course: Course, name: str) -> Path:
    """A hidden test of the tiny assignment."""
    return course.assignment(NAME).folder / "hidden_tests" / f"{name}.py"


def tiny(course: Course) -> Assignment:
    """The assignment, read anew."""
    return course.assignment(NAME).load()


def grade_rows(course: Course) -> list[tuple[Any, ...]]:
    """Everything nbgrader's gradebook says about scores and comments, without its random keys."""
    where = """JOIN submitted_notebook n ON row.notebook_id = n.id JOIN notebook o ON n.notebook_id = o.id
        JOIN submitted_assignment m ON n.assignment_id = m.id JOIN base_cell b ON row.cell_id = b.id
        ORDER BY m.student_id, o.name, b.name"""
    scores = f"""
        SELECT m.student_id, o.name, b.name, row.auto_score, row.manual_score, row.extra_credit,
               row.needs_manual_grade, n.late_submission_penalty, m.timestamp FROM grade row {where}"""
    comments = f"SELECT m.student_id, o.name, b.name, row.auto_comment, row.manual_comment FROM comment row {where}"
    with sqlite3.connect(course.root / "gradebook.db") as database:
        found = [*database.execute(scores), *database.execute(comments)]
    database.close()
    return found


def reference(assignment: Assignment) -> dict[str, Any]:
    """What recipes.py and the solved notebook of a5_mlp_mnist define."""
    folders = [str(assignment.folder), str(Path(handed_out.__file__).parent)]
    sys.path[:0] = folders
    names: dict[str, Any] = dict(vars(import_module("recipes")))
    for cell in assignment.cells:
        if cell.kind == "code" and role(cell) in ("setup", "answer"):
            exec(compile(cell.source, str(cell.line), "exec"), names)
    # nbgrader imports `notebook`, and would find notebook.py.
    sys.path[:] = [path for path in sys.path if path not in folders]
    return names
