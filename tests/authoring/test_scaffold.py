"""`autograder new` makes a folder that keeps every rule, so an author starts from something that works."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from course_fixtures import ROOT

from autograder.authoring.build import build, stale
from autograder.authoring.scaffold import new_assignment
from autograder.course.assignment import Assignment
from autograder.course.layout import Course
from autograder.errors import CourseError
from autograder.grading.grader import Grader
from autograder.grading.options import GradingOptions
from autograder.grading.setup import open_graders
from autograder.notebooks import intake
from autograder.notebooks.percent import front_matter, parse, render
from autograder.results.model import Status

NAME = "a6_vector_calculus"


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Course:
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path / "jupyter"))
    root = tmp_path / "course"
    root.mkdir()
    shutil.copy(Path(__file__).parents[2] / "nbgrader_config.py", root)
    return Course(root)


def earned(grader: Grader, notebook: Path, answers: dict[str, str]) -> tuple[float, set[str]]:
    """The score of the built notebook with these answers put in, and the tests it fails."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    filled = [{**cell, "source": answers.get(cell["id"], "".join(cell["source"]))} for cell in cells]
    result = grader.grade(intake.merge(filled, grader.template))
    verdicts = [verdict for check in result.checks for verdict in check.verdicts]
    return result.score, {verdict.test for verdict in verdicts if verdict.status is not Status.PASSED}


def test_the_folder_keeps_the_contract(course: Course) -> None:
    folder = new_assignment(course, NAME)
    assert folder == course.assignments / NAME
    assignment = Assignment.load(folder)
    assert assignment.settings.title == "A6 vector calculus"
    assert [(check.grade_id, check.points) for check in assignment.checks] == [("test_log_sum_exp", 2)]
    assert {check.test_file for check in assignment.checks} == set(assignment.hidden_tests.glob("*.py"))
    assert (len(assignment.wrong_answers()), len(assignment.right_answers())) == (2, 1)


def test_its_python_files_compile_and_its_notebook_is_in_the_form_we_write(course: Course) -> None:
    folder = new_assignment(course, NAME)
    for path in folder.rglob("*.py"):
        compile(path.read_text(encoding="utf-8"), str(path), "exec")
    text = (folder / "notebook.py").read_text(encoding="utf-8")
    fresh = [type(cell)(cell.kind, cell.source, cell.metadata) for cell in parse(text)]
    # Between cells a formatter of code wants two empty lines here and there.
    assert render(fresh, front_matter(text)) == re.sub(r"\n{3,}# %%", "\n\n# %%", text)
    assert "# A6 vector calculus" in text
    assert r"$$\operatorname{lse}(z) = \log \sum_i e^{z_i}.$$" in text


def test_its_solution_earns_everything_and_each_variant_what_it_claims(course: Course) -> None:
    assignment = Assignment.load(new_assignment(course, NAME))
    build(course.assignment(NAME))
    assert stale(course.assignment(NAME)) == []
    notebook = f"{NAME}/{NAME}.ipynb"
    # These answers are ours: they need no walls, and the test holds on machines that have none.
    with open_graders(course.assignment(NAME), GradingOptions(unsafe=True)) as graders:
        grader = graders[NAME]
        assert earned(grader, course.solutions / notebook, {}) == (2.0, set())
        assert earned(grader, course.release / notebook, {})[0] == 0.0
        for variant in (*assignment.wrong_answers(), *assignment.right_answers()):
            assert earned(grader, course.solutions / notebook, variant.answers)[1] == variant.fails


def test_its_files_are_formatted_as_the_gate_wants_them(course: Course) -> None:
    folder = new_assignment(course, NAME)
    ruff = [sys.executable, "-m", "ruff", "format", "--check", "--config", str(ROOT / "pyproject.toml"), str(folder)]
    done = subprocess.run(ruff, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", ["6a", "a-b", "a/b", "../a", "a b", "", "a.b", "ä"])
def test_a_bad_name_makes_nothing(course: Course, name: str) -> None:
    with pytest.raises(CourseError, match="is not a valid assignment name: use letters, digits and underscores"):
        new_assignment(course, name)
    assert not course.assignments.exists()


@pytest.mark.parametrize("room", ["assignments", "source"])
def test_a_taken_name_is_left_alone(course: Course, room: str) -> None:
    taken = course.root / room / NAME
    taken.mkdir(parents=True)
    with pytest.raises(CourseError, match=rf"{room}/{NAME}' already exists; choose another name"):
        new_assignment(course, NAME)
    assert list(taken.iterdir()) == []
