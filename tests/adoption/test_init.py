"""`autograder init` adds two lines to a course of nbgrader, keeps what was there, and makes a new course."""

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from autograder.adoption.init import BACKUP, LINES, plan, with_lines
from autograder.authoring.build import build, stale
from autograder.authoring.scaffold import new_assignment
from autograder.course.layout import Course
from autograder.errors import CourseError

PATH = Path("nbgrader_config.py")


@pytest.fixture(autouse=True)
def no_machine_config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder in place of ~/.jupyter and the machine's."""
    folder = tmp_path / "jupyter"
    folder.mkdir()
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(folder))
    monkeypatch.setenv("JUPYTER_NO_CONFIG", "")
    return folder


def existing(folder: Path, text: str = "c = get_config()\nc.CourseDirectory.course_id = 'x'\n") -> Path:
    course = folder / "a course"
    (course / "source" / "ps1").mkdir(parents=True)
    (course / "source" / "ps1" / "ps1.ipynb").write_text("{}")
    (course / "submitted" / "ada" / "ps1").mkdir(parents=True)
    (course / PATH).write_text(text)
    with closing(sqlite3.connect(course / "gradebook.db")) as database:
        database.execute("CREATE TABLE grade (x)")
    return course


def test_a_course_is_described_and_gets_two_lines(tmp_path: Path) -> None:
    course = existing(tmp_path)
    found = plan(course)
    assert list(found.describe()) == [
        f"course folder: {course}",
        f"configuration: {course / PATH}",
        "ps1: 1 notebook, 1 submission, made with plain nbgrader",
        f"gradebook: {course / 'gradebook.db'}",
    ]
    list(found.apply())
    assert (course / PATH).read_text() == f"c = get_config()\n{LINES}c.CourseDirectory.course_id = 'x'\n"
    assert not plan(course).is_needed
    config = Course(course).config
    assert config.Autograde.autograde_preprocessors[0] == "autograder.nbgrader_bridge.preprocessors.Grade"
    assert config.CourseDirectory.course_id == "x"


def test_what_was_there_is_kept_and_one_command_brings_it_back(tmp_path: Path) -> None:
    course = existing(tmp_path)
    before = (course / PATH).read_text()
    found = plan(course)
    list(found.apply())
    with closing(sqlite3.connect(course / f"gradebook.db{BACKUP}")) as database:
        assert database.execute("SELECT name FROM sqlite_master").fetchall() == [("grade",)]
    subprocess.run(found.undo(), shell=True, check=True)
    assert (course / PATH).read_text() == before
    assert plan(course).is_needed


@pytest.mark.parametrize("name", [str(PATH), "gradebook.db"])
def test_an_older_copy_is_not_overwritten_and_nothing_else_is_changed(tmp_path: Path, name: str) -> None:
    course = existing(tmp_path)
    (course / f"{name}{BACKUP}").write_text("older")
    before = sorted(course.iterdir())
    with pytest.raises(CourseError, match="move it away"):
        list(plan(course).apply())
    assert (course / f"{name}{BACKUP}").read_text() == "older"
    assert sorted(course.iterdir()) == before
    assert plan(course).is_needed


def test_an_empty_folder_becomes_a_course(tmp_path: Path) -> None:
    found = plan(tmp_path / "new")
    assert found.is_new
    list(found.apply())
    course = Course.find(tmp_path / "new")
    assert course.course_id == "new"
    assert course.config.GenerateFeedback.preprocessors == []


def test_a_course_that_is_named_in_the_machines_configuration_is_found(
    tmp_path: Path, no_machine_config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    course = existing(tmp_path)
    (course / PATH).rename(no_machine_config / PATH)
    with (no_machine_config / PATH).open("a") as file:
        file.write(f"c.CourseDirectory.root = {str(course)!r}\n")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    found = Course.find(elsewhere)
    assert (found.root, found.course_id, found.gradable_names()) == (course, "x", ["ps1"])
    assert plan(elsewhere).config_file == no_machine_config / PATH


def test_a_course_that_json_alone_configures_is_named(tmp_path: Path, no_machine_config: Path) -> None:
    course = existing(tmp_path)
    (course / PATH).unlink()
    (no_machine_config / "nbgrader_config.json").write_text(json.dumps({"CourseDirectory": {"root": str(course)}}))
    with pytest.raises(CourseError, match=r"configured by nbgrader_config\.json"):
        plan(tmp_path)
    (no_machine_config / PATH).touch()
    assert plan(tmp_path).config_file == no_machine_config / PATH


def test_a_root_beside_the_configuration_is_found(tmp_path: Path) -> None:
    course = existing(tmp_path)
    (tmp_path / PATH).write_text(f"c = get_config()\nc.CourseDirectory.root = {str(course)!r}\n")
    (course / PATH).unlink()
    assert Course.find(tmp_path).root == course
    assert Course.find(tmp_path).db_url == f"sqlite:///{course}/gradebook.db"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("# first\nc = get_config()", f"# first\nc = get_config()\n{LINES}"),
        ("c = get_config()  # noqa\nx = 1\n", f"c = get_config()  # noqa\n{LINES}x = 1\n"),
        ("", f"c = get_config()  # noqa: F821  # defined by nbgrader\n{LINES}"),
        ("c: Config = get_config()\n", f"c: Config = get_config()\n{LINES}"),
        (
            "from __future__ import annotations\n",
            f"from __future__ import annotations\n\nc = get_config()  # noqa: F821  # defined by nbgrader\n{LINES}",
        ),
    ],
)
def test_the_lines_stand_where_c_is_defined(before: str, after: str) -> None:
    assert with_lines(before, PATH) == after
    assert with_lines(after, PATH) == after


def test_a_configuration_that_is_no_python_is_named(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="cannot be loaded: SyntaxError"):
        plan(existing(tmp_path, "c = = 1"))


def test_a_setting_that_replaces_one_of_ours_is_named(tmp_path: Path) -> None:
    course = existing(tmp_path, "c = get_config()\nc.HTMLExporter.preprocessors = []\n")
    found = plan(course)
    list(found.apply())
    assert found.overridden() == ["c.HTMLExporter.preprocessors"]


def test_the_command_asks_before_it_writes(tmp_path: Path) -> None:
    course = existing(tmp_path)
    program = [sys.executable, "-c", "from autograder.cli import main; main()", "init"]

    def init(*options: str, answer: str = "") -> str:
        done = subprocess.run(
            [*program, *options], cwd=course, input=answer, capture_output=True, text=True, check=False
        )
        return done.stdout

    assert init(answer="n\n").endswith("Write them? [y/N]: Nothing was changed.\n")
    assert "autograder.configure" not in (course / PATH).read_text()
    assert "To undo: mv " in init("--yes")
    assert "already" in init()


def test_an_assignment_of_our_kind_can_be_made_and_proved_in_a_new_course(tmp_path: Path) -> None:
    list(plan(tmp_path / "new").apply())
    course = Course.find(tmp_path / "new")
    new_assignment(course, "a1")
    build(course.assignment("a1"))
    assert stale(course.assignment("a1")) == []
