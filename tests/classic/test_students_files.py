"""What a student hands in beside a notebook made with plain nbgrader: what counts, and what stops nobody."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from classic_course import STOCK_CONFIG, check, hand_in, notebook, plain, write

from autograder.course.layout import Course
from autograder.grading.batch import grade
from autograder.nbgrader_bridge.converters import convert, create_gradebook
from autograder.nbgrader_bridge.recorded import NbgraderGradebook
from autograder.results import store

DEEP = 1500
"""Folders inside each other, more than Python walks through by recursion."""


@pytest.fixture
def course(tmp_path: Path) -> Iterator[Course]:
    """A course that has a release; it is removed by `rm`, because Python cannot remove what is nested deep."""
    from nbgrader.converters import GenerateAssignment

    write(tmp_path / "nbgrader_config.py", f"{STOCK_CONFIG}import autograder\nautograder.configure(c)\n")
    cells = [plain("import helper"), check("one", "assert helper.x == 1")]
    write(tmp_path / "source" / "ps" / "nb.ipynb", notebook(*cells))
    course = Course(tmp_path)
    create_gradebook(course.db_url)
    assert convert(GenerateAssignment, course.root, "ps", course.config) is None
    yield course
    subprocess.run(["rm", "-rf", *map(str, tmp_path.iterdir())], check=True)


def test_a_file_beside_the_notebook_is_graded_again_when_it_changes_and_deep_folders_stop_nobody(
    course: Course,
) -> None:
    ada = hand_in(course.root, "ada", {}, {"helper.py": "x = 1"})
    hand_in(course.root, "bob", {}, {"helper.py": "x = 2"})
    eve = hand_in(course.root, "eve", {}, {"helper.py": "x = 1"})
    subprocess.run(["mkdir", "-p", eve / ("d/" * DEEP)], check=True)
    assert outcomes(course) == {"ada": ("graded", 1), "bob": ("graded", 0), "eve": ("graded", 0)}
    result = store.read(course.assignment("ps"), "eve")
    assert result is not None
    assert "its folders are nested more than 20 deep" in result.notebooks["nb"].notes[0]
    write(ada / "helper.py", "x = 3")
    assert outcomes(course) == {"ada": ("graded", 0), "bob": ("up to date", 0), "eve": ("up to date", 0)}


def outcomes(course: Course) -> dict[str, tuple[str, float]]:
    assignment = course.assignment("ps")
    graded = grade(assignment, NbgraderGradebook(assignment), workers=0)
    return {outcome.student: (outcome.status, outcome.score) for outcome in graded}


def test_students_replace_only_the_files_that_the_configuration_names(course: Course) -> None:
    for name in ("data/kept.csv", "edited.py"):
        write(course.source / "ps" / name, "")
    assert course.assignment("ps").kept_files() == {"data/kept.csv", "edited.py"}
    with (course.root / "nbgrader_config.py").open("a") as file:
        file.write('c.Autograde.exclude_overwriting = {"ps": ["edited.py"]}\n')
    assert Course(course.root).assignment("ps").kept_files() == {"data/kept.csv"}
