"""`autograder demo` grades a class whose scores are known, and says when one is not the wanted one."""

import io
from pathlib import Path

import pytest
from course_fixtures import NAME, hidden_test, rewrite
from rich.console import Console

from autograder.authoring import demo
from autograder.course.layout import Course
from autograder.errors import CourseError


def run(course: Course, folder: Path) -> tuple[bool, str]:
    console = Console(file=io.StringIO(), width=200, record=True)
    agreed = demo.run(course, folder, console=console, workers=1)
    return agreed, console.export_text()


@pytest.mark.slow
def test_every_score_is_the_wanted_one_and_it_can_be_run_again(course: Course, tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    agreed, said = run(course, folder)
    assert agreed
    assert "Every score is the wanted one." in said
    for student in ("solution", "untouched", "wrong-triples", "right-power", "broken-endless_loop", "broken-os_exit"):
        assert student in said
        page = folder / "feedback" / student / NAME / f"{NAME}.html"
        assert page.is_file() == (not student.startswith("right-"))  # a page for a dozen of them, not for all
    assert "✗" not in said
    assert not (course.root / "submitted").exists()
    (folder / "submitted" / "stray").mkdir()
    assert run(course, folder)[0]
    assert not (folder / "submitted" / "stray").exists()


@pytest.mark.slow
def test_a_score_that_is_not_the_wanted_one_is_marked(course: Course, tmp_path: Path) -> None:
    rewrite(hidden_test(course, "test_square"), "31337.25**2)", "0.0)")
    agreed, said = run(course, tmp_path / "demo")
    assert not agreed
    assert "Some scores are not the wanted ones." in said
    assert "✗" in said


@pytest.mark.parametrize("content", [["thesis.tex"], [".git"], ["nbgrader_config.py", "gradebook.db"]])
def test_a_folder_it_did_not_make_is_left_alone(content: list[str], course: Course, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    for name in content:
        (folder / name).write_text("mine")
    with pytest.raises(CourseError, match="is not empty and was not made by `autograder demo`; name another folder"):
        run(course, folder)
    assert sorted(path.name for path in folder.iterdir()) == sorted(content)


def test_a_file_in_the_way_is_left_alone(course: Course, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    with pytest.raises(OSError, match="mine"):
        run(course, tmp_path / "mine")
    assert (tmp_path / "mine").read_text() == "mine"
