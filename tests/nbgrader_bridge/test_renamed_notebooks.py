"""A notebook that a second download has renamed: `autograder grade` and nbgrader's own commands do the same with it."""

import os
import shutil
import subprocess
import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from course_fixtures import (
    NAME,
    ROOT,
    Json,
    code,
    grade,
    grade_rows,
    hand_in,
    released,
    result_of,
    solved,
)
from nbgrader.apps.api import NbGraderAPI
from nbgrader.converters import GenerateAssignment
from nbgrader.coursedir import CourseDirectory

from autograder.course.layout import Course
from autograder.grading.pool import Pool
from autograder.nbgrader_bridge.autograde import list_notebooks
from autograder.nbgrader_bridge.converters import convert
from autograder.nbgrader_bridge.feedback import feedback
from autograder.notebooks import ipynb as nb
from autograder.results.model import NotebookResult

pytestmark = pytest.mark.slow  # nbgrader's own command takes seconds; the rule itself is in test_handed_in.py

CLASSIC = "ps1"


def hand_in_as(course: Course, student: str, notebook: Json | bytes, *stems: str, name: str = NAME) -> None:
    """One notebook, under one name or several."""
    path = hand_in(course, student, notebook, name)
    content = path.read_bytes()
    path.unlink()
    for stem in stems:
        (path.parent / f"{stem}.ipynb").write_bytes(content)


def classic_notebook(name: str, answer: str) -> Json:
    """A notebook of plain nbgrader with one answer, one check and one task that a person grades."""

    def cell(source: str, grade_id: str, **fields: Any) -> Json:
        usual = {"grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3}
        metadata = {"nbgrader": {**usual, "grade_id": f"{name}-{grade_id}", **fields}}
        return code(source, metadata=metadata, id=f"{name}-{grade_id}")

    task = cell("Do something.", "task", task=True, locked=True, points=3)
    task |= {"cell_type": "markdown"}
    del task["outputs"], task["execution_count"]
    cells = [
        cell(answer, "answer", solution=True),
        cell("assert double(4) == 8", "check", grade=True, locked=True, points=2),
        task,
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return {"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}


def add_classic(course: Course) -> None:
    """An assignment of plain nbgrader with two notebooks, and what was handed in for it."""
    folder = course.source / CLASSIC
    folder.mkdir()
    stub = "### BEGIN SOLUTION\ndef double(x): return 2 * x\n### END SOLUTION"
    right = "def double(x): return 2 * x"
    for name in ("problem1", "problem2"):
        (folder / f"{name}.ipynb").write_bytes(nb.dump(classic_notebook(name, stub)))
    config = course.config
    config.CourseDirectory.db_url = course.db_url
    assert convert(GenerateAssignment, course.root, CLASSIC, config) is None
    for student, names in {
        "one": ["problem1 (1)", "problem2"],
        "both": ["problem1-1", "problem2 - Copy"],
        "plain": ["problem1", "problem2"],
        "neither": ["homework"],
        "half": ["problem2"],
    }.items():
        for name in names:
            notebook = classic_notebook(name[: len("problem1")], right)
            hand_in_as(course, student, notebook, name, name=CLASSIC)


def a_class(course: Course) -> None:
    """Students whose notebooks arrived under all kinds of names."""
    hand_in_as(course, "plain", solved(course), NAME)
    hand_in_as(course, "chrome", solved(course), f"{NAME} (1)")
    hand_in_as(course, "jupyter", solved(course, square="def square(x): return 3 * x"), f"{NAME}-Copy1", "scratch")
    hand_in_as(course, "twice", solved(course), f"{NAME} (1)", f"{NAME} (2)")
    hand_in_as(course, "beside", solved(course), f"{NAME} (1)")
    hand_in(course, "beside", released(course))
    hand_in_as(course, "other", solved(course), "homework")
    hand_in_as(course, "garbage", b"PK\x03\x04", f"{NAME} (1)")
    hand_in(course, "link", solved(course)).rename(course.root / "elsewhere.ipynb")
    (course.submitted / "link" / NAME / f"{NAME} (1).ipynb").symlink_to(course.root / "elsewhere.ipynb")
    add_classic(course)


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def nbgrader(root: Path, *arguments: str) -> None:
    """A real nbgrader command, in that folder, as a person would type it."""
    folder = ROOT / ".venv" / "bin"
    environment = os.environ | {"PATH": f"{folder}:{os.environ['PATH']}", "PYTHONWARNINGS": "ignore"}
    done = subprocess.run(
        [folder / "nbgrader", *arguments], cwd=root, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def two_courses(built: Course, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Course, Course]]:
    """The same class twice: graded by `autograder grade`, and by `nbgrader autograde`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path_factory.mktemp("jupyter")))
        batch, stock = (Course(tmp_path_factory.mktemp(name) / "course") for name in ("batch", "stock"))
        shutil.copytree(built.root, batch.root)
        patch.chdir(batch.root)
        a_class(batch)
        shutil.copytree(batch.root, stock.root, symlinks=True)
        for name in (NAME, CLASSIC):
            grade(batch, name)
            nbgrader(stock.root, "autograde", name)
        yield batch, stock


def results(course: Course) -> dict[tuple[str, str], dict[str, NotebookResult]]:
    """What is stored of each submission, without the time it took."""
    found = {}
    for path in sorted(course.reports.glob("*/*.json")):
        notebooks = result_of(course, path.stem, path.parent.name).notebooks
        found[path.parent.name, path.stem] = {
            name: replace(each, seconds=0.0, cell_seconds={}) for name, each in notebooks.items()
        }
    return found


def outcome(course: Course, student: str, name: str = NAME, notebook: str = "") -> NotebookResult:
    return result_of(course, student, name).notebooks[notebook or name]


def test_both_commands_write_the_same_rows(two_courses: tuple[Course, Course]) -> None:
    batch, stock = two_courses
    assert grade_rows(stock) == grade_rows(batch)


def test_both_commands_leave_the_same_folders_and_results(two_courses: tuple[Course, Course]) -> None:
    batch, stock = two_courses
    assert sorted(tree(stock.autograded)) == sorted(tree(batch.autograded))
    assert tree(stock.autograded) == tree(batch.autograded)
    assert results(stock) == results(batch)


def test_nothing_that_was_handed_in_is_touched(two_courses: tuple[Course, Course]) -> None:
    handed_in = sorted(tree(two_courses[1].submitted))
    assert handed_in == sorted(tree(two_courses[0].submitted))
    assert f"chrome/{NAME}/{NAME} (1).ipynb" in handed_in
    assert f"chrome/{NAME}/{NAME}.ipynb" not in handed_in


@pytest.mark.parametrize("door", [0, 1], ids=["autograder", "nbgrader"])
def test_a_copy_earns_what_the_notebook_would_and_the_page_says_its_name(
    door: int, two_courses: tuple[Course, Course], pool: Pool
) -> None:
    course = two_courses[door]
    renamed = outcome(course, "chrome")
    assert renamed.score == outcome(course, "plain").score > 0
    assert renamed.notes == (f"the notebook was handed in as '{NAME} (1).ipynb'",)
    assert 0 < outcome(course, "jupyter").score < renamed.score
    (page,) = feedback(course.assignment(NAME), students=["chrome"], pool=pool)
    assert f"handed in as '{NAME} (1).ipynb'" in page.read_text().replace("&#39;", "'").replace("&quot;", '"')


@pytest.mark.parametrize("door", [0, 1], ids=["autograder", "nbgrader"])
def test_what_cannot_be_told_apart_is_refused_with_both_names(
    door: int, two_courses: tuple[Course, Course], pool: Pool
) -> None:
    course = two_courses[door]
    refused = outcome(course, "twice")
    assert refused.score == 0
    assert refused.problem == (
        f"there is no {NAME}.ipynb, but '{NAME} (1).ipynb' and '{NAME} (2).ipynb' look like copies of it; "
        f"submit one of them as {NAME}.ipynb"
    )
    (page,) = feedback(course.assignment(NAME), students=["twice"], pool=pool)
    assert f"{NAME} (2).ipynb" in page.read_text()


@pytest.mark.parametrize("door", [0, 1], ids=["autograder", "nbgrader"])
def test_the_notebook_itself_counts_where_it_is_there(door: int, two_courses: tuple[Course, Course]) -> None:
    unanswered = outcome(two_courses[door], "beside")
    note = f"{NAME}.ipynb was graded, and not '{NAME} (1).ipynb', which was handed in as well"
    assert (unanswered.score, unanswered.notes, unanswered.problem) == (0, (note,), "")


@pytest.mark.parametrize("door", [0, 1], ids=["autograder", "nbgrader"])
@pytest.mark.parametrize("student", ["other", "link"])
def test_any_other_name_is_refused_with_a_sentence(door: int, student: str, two_courses: tuple[Course, Course]) -> None:
    refused = outcome(two_courses[door], student)
    assert (refused.score, refused.problem) == (0, f"there is no {NAME}.ipynb; submit the notebook under this name")


@pytest.mark.parametrize("door", [0, 1], ids=["autograder", "nbgrader"])
def test_a_missing_notebook_of_several_takes_its_own_copy(door: int, two_courses: tuple[Course, Course]) -> None:
    course = two_courses[door]
    scores = {
        student: [each.score for each in result_of(course, student, CLASSIC).notebooks.values()]
        for student in ("plain", "one", "both", "half", "neither")
    }
    assert scores == {"plain": [2, 2], "one": [2, 2], "both": [2, 2], "half": [0, 2], "neither": [0, 0]}
    notes = outcome(course, "one", CLASSIC, "problem1").notes
    assert notes == ("the notebook was handed in as 'problem1 (1).ipynb'",)
    assert outcome(course, "both", CLASSIC, "problem2").notes == (
        "the notebook was handed in as 'problem2 - Copy.ipynb'",
    )


def test_formgraders_button_grades_a_copy(course: Course) -> None:
    hand_in_as(course, "ada", solved(course), f"{NAME} (1)")
    config = course.config
    config.CourseDirectory.db_url = course.db_url
    api = NbGraderAPI(CourseDirectory(config=config, root=str(course.root)), config=config)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # SQLAlchemy's, about nbgrader
        answer = api.autograde(NAME, "ada")
    assert answer["success"], answer["log"]
    assert outcome(course, "ada").notes == (f"the notebook was handed in as '{NAME} (1).ipynb'",)


def test_a_notebook_that_was_asked_for_alone_is_graded_alone(course: Course) -> None:
    add_classic(course)
    folder = course.submitted / "both" / CLASSIC
    for pattern, expected in {
        "*": ["problem1", "problem2"],
        "problem1*": ["problem1"],
        "problem2 - Copy": ["problem2"],
    }.items():
        notebooks = [str(path) for path in folder.glob(f"{pattern}.ipynb")]
        list_notebooks(assignment=CLASSIC, student="*", notebooks=notebooks)
        assert notebooks == [str(folder / f"{name}.ipynb") for name in expected]


def test_a_submission_is_read_again_when_the_answer_comes_under_another_name(course: Course) -> None:
    hand_in_as(course, "ada", released(course), f"{NAME} (1)")
    assert [each.status for each in grade(course)] == ["graded"]
    assert [each.status for each in grade(course)] == ["up to date"]
    hand_in(course, "ada", solved(course))
    (again,) = grade(course)
    assert (again.status, again.score > 0) == ("graded", True)
