"""Limits of assignments made with plain nbgrader, and what their notebooks need."""

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from classic_course import STOCK_CONFIG, check, hand_in, notebook, plain, setup, write

from autograder.classic import requirements
from autograder.course.layout import Course
from autograder.course.settings import Limits
from autograder.errors import CourseError
from autograder.grading.batch import grade
from autograder.nbgrader_bridge.converters import convert, create_gradebook
from autograder.nbgrader_bridge.feedback import feedback
from autograder.nbgrader_bridge.recorded import NbgraderGradebook
from autograder.results import store


def course_of(folder: Path, *cells: Any, config: str = "", files: dict[str, str] | None = None) -> Course:
    """A course whose release has the cells of the source, as nothing in them is removed for students."""
    write(folder / "nbgrader_config.py", STOCK_CONFIG + config)
    for step in ("source", "release"):
        write(folder / step / "ps" / "nb.ipynb", notebook(*cells))
        for name, text in (files or {}).items():
            write(folder / step / "ps" / name, text)
    return Course(folder)


def limits(folder: Path, config: str) -> Limits:
    return course_of(folder, config=config).assignment("ps").settings.limits


def test_the_time_of_a_cell_is_nbgraders(tmp_path: Path) -> None:
    assert limits(tmp_path / "default", "").cell_seconds == 30
    assert limits(tmp_path / "execute", "c.Execute.timeout = 45").cell_seconds == 45
    assert limits(tmp_path / "preprocessor", "c.ExecutePreprocessor.timeout = 100").submission_seconds == 400
    assert limits(tmp_path / "none", "c.Execute.timeout = None").cell_seconds == Limits().submission_seconds


def test_configure_sets_the_other_limits(tmp_path: Path) -> None:
    ours = "import autograder\nautograder.configure(c, memory_mb=4096, disk_mb=1000, cell_seconds=5)\n"
    found = limits(tmp_path, ours)
    assert (found.memory_mb, found.disk_mb, found.cell_seconds) == (4096, 1000, 5.0)


@pytest.mark.parametrize(
    ("limit", "problem"), [("memory=1", "unknown key 'memory'"), ("memory_mb=0", "use a positive")]
)
def test_a_limit_that_is_none_is_named(tmp_path: Path, limit: str, problem: str) -> None:
    with pytest.raises(CourseError, match=rf"c\.Autograder\.limits in nbgrader_config\.py: .*{problem}"):
        limits(tmp_path, f"import autograder\nautograder.configure(c, {limit})\n")


def test_what_the_release_imports_is_loaded_once(tmp_path: Path) -> None:
    first = plain("import os, numpy.linalg\nfrom matplotlib import pyplot, colors\nfrom numpy import array")
    course = course_of(tmp_path, first, plain("def f():\n    import torch"), plain("%magic"))
    libraries = ("numpy.linalg", "matplotlib", "matplotlib.pyplot", "matplotlib.colors", "numpy")
    assert requirements.libraries(course.assignment("ps")) == libraries


def test_a_locked_cell_that_needs_a_missing_package_stops_grading(tmp_path: Path) -> None:
    course = course_of(tmp_path, plain("import not_there"), setup("first", "import numpy\nimport missing.part"))
    with pytest.raises(
        CourseError, match=r"the cell 'first' of nb\.ipynb imports 'missing\.part', which is not installed"
    ):
        requirements.libraries(course.assignment("ps"))


@pytest.mark.parametrize(
    "guarded", ["try:\n    import missing\nexcept ImportError: pass", "def f():\n    import missing"]
)
def test_an_import_that_may_fail_stops_nothing(tmp_path: Path, guarded: str) -> None:
    requirements.libraries(course_of(tmp_path, setup("first", guarded)).assignment("ps"))


def test_modules_beside_the_notebook_are_not_missing(tmp_path: Path) -> None:
    cells = [setup(name, f"import {name}") for name in ("ours", "theirs", "made")]
    course = course_of(tmp_path, plain("%%writefile made.py\nx = 1"), *cells, files={"ours.py": ""})
    write(tmp_path / "submitted" / "ada" / "ps" / "theirs.py", "")
    requirements.libraries(course.assignment("ps"))


def test_what_one_student_hands_in_decides_not_what_is_loaded_for_all(tmp_path: Path) -> None:
    course = course_of(tmp_path, plain("import torch"), setup("first", "import numpy"))
    for name in ("torch.py", "numpy/__init__.py"):
        write(tmp_path / "submitted" / "mallory" / "ps" / name, "")
    assert requirements.libraries(course.assignment("ps")) == ("torch", "numpy")


def test_a_folder_without_end_stops_nobody(tmp_path: Path) -> None:
    """Such a folder has not come through `nbgrader collect`, which refuses it, but been copied."""
    from nbgrader.converters import GenerateAssignment

    course = course_of(tmp_path, plain("1"), check("one", "assert 1"))
    create_gradebook(course.db_url)
    assert convert(GenerateAssignment, course.root, "ps", course.config) is None
    inner = os.open(hand_in(tmp_path, "deep", {}), os.O_RDONLY)
    for _ in range(1500):
        os.mkdir("d", dir_fd=inner)
        outer, inner = inner, os.open("d", os.O_RDONLY, dir_fd=inner)
        os.close(outer)
    os.close(inner)
    hand_in(tmp_path, "zoe", {})
    assignment = course.assignment("ps")
    try:
        outcomes = grade(assignment, NbgraderGradebook(assignment), workers=0)
    finally:
        subprocess.run(["rm", "-r", tmp_path / "submitted"], check=True)  # shutil overflows the stack as well
    assert [(outcome.student, outcome.score) for outcome in outcomes] == [("deep", 1), ("zoe", 1)]


def test_a_notebook_for_another_language_stops_grading(tmp_path: Path) -> None:
    course = course_of(tmp_path, plain("1"))
    path = course.release / "ps" / "nb.ipynb"
    path.write_text(path.read_text().replace('"language": "python"', '"language": "R"'))
    with pytest.raises(CourseError, match=r"nb\.ipynb is a notebook for R; only notebooks for Python"):
        requirements.libraries(course.assignment("ps"))


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A graded course in which one of two students needs longer than a cell may take."""
    from nbgrader.converters import GenerateAssignment

    folder = tmp_path_factory.mktemp("graded")
    cells = [plain("slow = 0"), setup("wait", "import time\nwhile slow: time.sleep(0.01)"), check("one", "assert 1")]
    course = course_of(folder, *cells, config="import autograder\nautograder.configure(c, cell_seconds=1)\n")
    create_gradebook(course.db_url)
    assert convert(GenerateAssignment, course.root, "ps", course.config) is None
    hand_in(folder, "quick", {})
    slow = hand_in(folder, "slow", {}) / "nb.ipynb"
    slow.write_text(slow.read_text().replace("slow = 0", "slow = 1"))
    assignment = course.assignment("ps")
    grade(assignment, NbgraderGradebook(assignment))
    return course


def test_a_submission_that_reached_a_limit_is_marked_for_a_person(graded: Course) -> None:
    results = {student: store.read(graded.assignment("ps"), student) for student in ("quick", "slow")}
    assert {student: result.score if result else None for student, result in results.items()} == {"quick": 1, "slow": 1}
    assert {student: result.why_needs_person() if result else None for student, result in results.items()} == {
        "quick": "",
        "slow": "cell 2 was stopped after 1 s",
    }


def test_a_feedback_page_names_the_notebook_of_several(graded: Course) -> None:
    (path,) = feedback(graded.assignment("ps"), students=["quick"])
    assert "<h1>ps: nb</h1>" in path.read_text(encoding="utf-8")


def test_one_students_module_does_not_stand_for_a_missing_package(tmp_path: Path) -> None:
    course = course_of(tmp_path, setup("first", "import numpy, missing"))
    for student, file in (("ada", "missing.py"), ("bob", "numpy.py"), ("cyd", "other.py")):
        write(tmp_path / "submitted" / student / "ps" / file, "")
    with pytest.raises(CourseError, match="imports 'missing', which is not"):
        requirements.libraries(course.assignment("ps"))


def test_what_a_student_calls_as_an_installed_package_is_loaded_once_all_the_same(tmp_path: Path) -> None:
    course = course_of(tmp_path, setup("first", "import numpy"))
    write(tmp_path / "submitted" / "ada" / "ps" / "numpy.py", "")
    assert requirements.libraries(course.assignment("ps")) == ("numpy",)
