"""What check cells and experiments say in the student's notebook, in a real Jupyter kernel, and nowhere else."""

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import nbformat
import pytest
from course_fixtures import ROOT, cell_of, code, grade_notebook, rewrite, with_cells
from nbclient import NotebookClient

from autograder.authoring.build import build, stale
from autograder.authoring.sample_class import fill_in_answers, read_release
from autograder.course.layout import Course
from autograder.grading.grader import Grader
from autograder.grading.setup import open_graders

NAME = "t2_checks"
HOLD = "Hidden ones run when you hand in.\n"
NOTEBOOK = '''\
# %% [markdown]
# ### Question 1: squares (2 points)

# %%
from checks import attempt, checks_passed

# %% answer="square"
def square(x):
    """x times x."""
    ### BEGIN SOLUTION
    def product_of_equals(a):
        return a * a
    return product_of_equals(x)
    ### END SOLUTION

# %% check="test_square" points=2
for x in (1, 2, 3):
    assert square(x) == x**2, f"value: the square of {x} is {x**2}, not {square(x)}."
assert square(-2) == 4, "value: squares are never negative."
checks_passed()

# %% tags=["experiment"]
def draw(x, *, color="blue"):
    """A square."""
    return print("the square is", square(x))

attempt(draw, 5)

# %% [markdown]
# ### Question 2: names (3 points)

# %% answer="names"
### BEGIN SOLUTION
names = {"ada", "emmy"}
### END SOLUTION

# %% check="test_names" points=3
assert "ada" in names, "value: ada is missing."
checks_passed()

# %% tags=["experiment"]
attempt(lambda: print(sorted(names)))
'''
HIDDEN_TESTS = {
    "test_square": 'def test_a_number(student):\n    """It is."""\n    assert student.square(7) == 49\n',
    "test_names": 'def test_a_name(student):\n    """It is."""\n    assert "emmy" in student["names"]\n',
}

Json = dict[str, Any]


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A course whose one assignment uses the helper."""
    made = Course(tmp_path_factory.mktemp("course"))
    (made.root / "nbgrader_config.py").write_bytes((ROOT / "nbgrader_config.py").read_bytes())
    folder = made.assignments / NAME
    files = {"notebook.py": NOTEBOOK, "assignment.toml": 'title = "Checks"\nlibraries = ["numpy"]\n'}
    files |= {f"hidden_tests/{name}.py": text for name, text in HIDDEN_TESTS.items()}
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    build(made.assignment(NAME))
    return made


@pytest.fixture(scope="module")
def grader(course: Course) -> Iterator[Grader]:
    with open_graders(course.assignment(NAME)) as graders:
        yield graders[NAME]


def reference(course: Course) -> dict[str, str]:
    return course.assignment(NAME).load().answers


def answered(course: Course, **answers: str) -> Json:
    """The released notebook with these answers, and stubs for the others."""
    return fill_in_answers(read_release(course.assignment(NAME)), answers)


def run(course: Course, notebook: Json) -> dict[str, list[Json]]:
    """The outputs of each cell in a Jupyter kernel, in the folder of the release."""
    node = nbformat.reads(json.dumps(notebook), as_version=4)
    place = {"metadata": {"path": str(course.release / NAME)}}
    NotebookClient(node, timeout=60, kernel_name="python3", allow_errors=True, resources=place).execute()
    return {cell["id"]: cell["outputs"] for cell in node.cells if cell.cell_type == "code"}


def printed(outputs: list[Json]) -> str:
    (output,) = outputs
    return str(output["text"])


def shown(outputs: list[Json]) -> str:
    """What an error looks like, without its colours."""
    (output,) = outputs
    assert output["output_type"] == "error"
    return "\n".join(output["traceback"]).replace("\x1b[31m", "").replace("\x1b[0m", "")


# Check cells


def test_a_right_answer_says_how_many_checks_hold(course: Course) -> None:
    outputs = run(course, answered(course, **reference(course)))
    assert printed(outputs["test_square"]) == f"✓ 2 of 2 visible checks hold. {HOLD}"
    assert printed(outputs["test_names"]) == f"✓ 1 of 1 visible check holds. {HOLD}"
    assert printed(outputs["experiment-1"]) == "the square is 25\n"


def test_a_wrong_answer_shows_one_sentence_and_the_cell_still_fails(course: Course) -> None:
    outputs = run(course, answered(course, square="def square(x):\n    return x + x\n", names="names = {'emmy'}\n"))
    assert shown(outputs["test_square"]) == "✗ value: the square of 1 is 1, not 2."
    assert outputs["test_square"][0]["traceback"][0].startswith("\x1b[31m")  # red
    assert shown(outputs["test_names"]) == "✗ value: ada is missing."


def test_a_missing_answer_names_its_question(course: Course) -> None:
    outputs = run(course, answered(course))
    assert shown(outputs["test_square"]) == "✗ Question 1, square, has no answer yet."
    assert shown(outputs["names"]) == "✗ There is no answer in this cell yet."
    missing = "Question 2, names, has no answer yet, or its cell has not been run."
    assert shown(outputs["test_names"]) == f"✗ {missing}"
    assert printed(outputs["experiment-1"]) == ("This experiment has to wait: Question 1, square, has no answer yet.\n")
    assert printed(outputs["experiment-2"]) == f"This experiment has to wait: {missing}\n"


OTHERS = {
    "assert square(2) == 5, 'my own assert'": ("AssertionError", "my own assert"),
    "assert [] == [1]\nchecks_passed()": ("AssertionError", ""),
    "def f():\n    assert 0, 'inside'\nf()\nchecks_passed()": ("AssertionError", "inside"),
    "1 / 0\nchecks_passed()": ("ZeroDivisionError", "division by zero"),
    "print(nobody)": ("NameError", "name 'nobody' is not defined"),
    "class A:\n    def f(self): raise NotImplementedError()\nA().f()": ("NotImplementedError", ""),
    "def square(x): raise NotImplementedError('mine')\nsquare(1)": ("NotImplementedError", "mine"),
    "attempt(lambda: 1 / 0)": ("ZeroDivisionError", "division by zero"),
    "attempt(lambda: nobody)": ("NameError", "name 'nobody' is not defined"),
}


def test_everything_else_keeps_its_traceback(course: Course) -> None:
    added = [code(source, id=f"mine-{number}") for number, source in enumerate(OTHERS)]
    outputs = run(course, with_cells(answered(course, **reference(course)), *added))
    for number, expected in enumerate(OTHERS.values()):
        (output,) = outputs[f"mine-{number}"]
        assert (output["ename"], output["evalue"]) == expected
        assert "Traceback (most recent call last)" in "\n".join(output["traceback"])


def test_an_experiment_that_has_to_wait_leaves_no_half_drawn_picture(course: Course) -> None:
    drawing = "import matplotlib.pyplot as plt\n\ndef picture():\n    plt.figure()\n    square(1)\n\nattempt(picture)"
    outputs = run(course, with_cells(answered(course), code(drawing, id="mine")))
    assert printed(outputs["mine"]) == "This experiment has to wait: Question 1, square, has no answer yet.\n"


def test_nbgrader_validate_sees_passed_and_failed_cells(course: Course) -> None:
    from nbgrader.validator import Validator

    for room, failed in ((course.solutions, 0), (course.release, 2)):
        found = Validator().validate(str(room / NAME / f"{NAME}.ipynb"))
        assert len(found.get("failed", [])) == failed


# Elsewhere


def test_in_the_sandbox_nothing_is_said_and_scores_are_as_without_it(grader: Grader, course: Course) -> None:
    _, right = grade_notebook(grader, answered(course, **reference(course)))
    assert (right.score, right.outputs["test_square"], right.outputs["test_names"]) == (5, [], [])
    _, wrong = grade_notebook(grader, answered(course, square="def square(x):\n    return x + x\n"))
    assert [output["ename"] for output in wrong.outputs["test_square"]] == ["AssertionError"]
    assert [output["ename"] for output in wrong.outputs["names"]] == ["NotImplementedError"]
    assert wrong.score == 0


def test_a_submission_from_a_release_without_the_helper_is_graded_alike(grader: Grader, course: Course) -> None:
    notebook = answered(course, **reference(course))
    cell_of(notebook, "setup-1")["source"] = ""
    for check in ("test_square", "test_names"):
        cell_of(notebook, check)["source"] = cell_of(notebook, check)["source"].replace("checks_passed()", "")
    _, result = grade_notebook(grader, notebook)
    assert (result.score, result.notes) == (5, ())


@pytest.mark.parametrize("prelude", ["", "import sys; sys.modules['IPython'] = None\n"])
def test_in_plain_python_nothing_is_said(course: Course, prelude: str) -> None:
    script = f"{prelude}from checks import attempt, checks_passed\nprint(attempt(max, 1, 2))\nchecks_passed()"
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, cwd=course.release / NAME, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("2\n", "")


# The build


def test_the_file_beside_the_notebook_knows_questions_and_no_solution(course: Course) -> None:
    texts = {(room / NAME / "checks.py").read_text() for room in (course.source, course.release, course.solutions)}
    (text,) = texts
    scope: Json = {}
    exec(text, scope)
    assert scope["QUESTIONS"] == {"square": "1", "names": "2"}


def test_it_is_made_anew_by_each_build(course: Course) -> None:
    place = course.assignment(NAME)
    rewrite(place.source / "checks.py", "Nothing in here is graded.", "Edited.")
    (place.release / "checks.py").unlink()
    assert stale(place) == [place.source / "checks.py", place.release / "checks.py"]
    build(place)
    assert stale(place) == []
