"""A course knows its rooms, its assignments and whose work it may grade."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from autograder.course.layout import Course, CourseAssignment
from autograder.course.submitted.roster import name_problem, require_name
from autograder.errors import CourseError

CONFIG = 'c = get_config()\nc.CourseDirectory.solution_directory = "solutions"\n'


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Course:
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path / "jupyter"))
    root = tmp_path / "course"
    (root / "assignments").mkdir(parents=True)
    (root / "nbgrader_config.py").write_text(CONFIG)
    return Course(root)


def submit(course: Course, student: str, assignment: str = "a1") -> Path:
    folder = course.submitted / student / assignment
    folder.mkdir(parents=True)
    return folder


def test_a_course_is_found_from_anywhere_inside_it(course: Course) -> None:
    deep = course.root / "submitted" / "ada" / "a1"
    deep.mkdir(parents=True)
    assert Course.find(deep) == Course.find(course.root) == course


def test_outside_of_a_course_there_is_none(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match=r"no nbgrader_config\.py in '.*' or above it: change into a course folder"):
        Course.find(tmp_path)


def test_the_rooms_are_where_nbgrader_has_them(course: Course) -> None:
    rooms = ("assignments", "source", "release", "solutions", "submitted", "autograded", "feedback", "reports")
    assert [getattr(course, room) for room in rooms] == [course.root / room for room in rooms]


def test_a_renamed_room_is_followed(course: Course) -> None:
    (course.root / "nbgrader_config.py").write_text(CONFIG + 'c.CourseDirectory.release_directory = "handout"\n')
    assert course.release == course.root / "handout"


def test_the_gradebook_lies_in_the_root_unless_configured(course: Course) -> None:
    assert course.db_url == f"sqlite:///{course.root / 'gradebook.db'}"
    (course.root / "nbgrader_config.py").write_text(CONFIG + 'c.CourseDirectory.db_url = "postgresql://host/grades"\n')
    assert Course(course.root).db_url == "postgresql://host/grades"


def test_the_machine_configures_and_the_course_overrides(course: Course, tmp_path: Path) -> None:
    (tmp_path / "jupyter").mkdir()
    (tmp_path / "jupyter" / "nbgrader_config.json").write_text(
        '{"CourseDirectory": {"db_url": "sqlite:////machine.db", "solution_directory": "other"}}'
    )
    assert course.db_url == "sqlite:////machine.db"
    assert course.solutions.name == "solutions"


def test_a_config_that_cannot_run_is_named(course: Course) -> None:
    (course.root / "nbgrader_config.py").write_text("c = 1 / 0\n")
    with pytest.raises(CourseError, match=r"nbgrader_config\.py cannot be loaded: ZeroDivisionError: division by zero"):
        _ = course.db_url


def test_assignments_are_the_folders(course: Course) -> None:
    for name in ("a2_b", "a1_a", "__pycache__", ".hidden"):
        (course.assignments / name).mkdir()
    (course.assignments / "README.md").write_text("")
    assert course.assignment_names() == ["a1_a", "a2_b"]
    assert course.assignment("a2_b").folder == course.assignments / "a2_b"
    assert Course(course.root / "empty").assignment_names() == []


def test_a_wrong_assignment_name_gets_the_nearest_one(course: Course) -> None:
    with pytest.raises(CourseError, match=r"no assignment 'a1' in .*; create one with `autograder new`"):
        course.assignment("a1").load()
    (course.assignments / "a1_softmax").mkdir()
    with pytest.raises(CourseError, match=r"no assignment 'a1_sofmax' in this course; did you mean 'a1_softmax'\?"):
        course.assignment("a1_sofmax").load()
    with pytest.raises(CourseError, match=r"; choose from a1_softmax"):
        course.assignment("../../etc").load()


def test_notebooks_are_those_of_the_source(course: Course) -> None:
    folder = course.source / "classic"
    (folder / "problem2.ipynb").mkdir(parents=True)
    (folder / "problem1.ipynb").write_text("")
    (folder / "data.csv").write_text("")
    assert course.assignment("classic").notebook_names() == ["problem1"]
    (course.assignments / "unbuilt").mkdir(parents=True)
    with pytest.raises(CourseError, match="run `autograder build unbuilt`"):
        course.assignment("unbuilt").notebook_names()


def test_students_are_those_who_submitted_this_assignment(course: Course) -> None:
    for student, assignment in [("bob", "a1"), ("ada", "a1"), ("eve", "a2"), ("Zoë Müller", "a1"), ("1234", "a1")]:
        submit(course, student, assignment)
    (course.submitted / "notes.txt").write_text("")
    (course.submitted / "ann").mkdir()
    (course.submitted / "ann" / "a1").write_text("a file, not a folder")
    assert CourseAssignment(course, "a1").roster() == (("1234", "Zoë Müller", "ada", "bob"), {})
    assert CourseAssignment(Course(course.root / "empty"), "a1").roster() == ((), {})


@pytest.mark.parametrize(
    ("student", "reason"),
    [
        ("a+b", "'\\+', which nbgrader reads"),
        ("a*", "'\\*', which nbgrader reads"),
        ("a?", "'\\?', which nbgrader reads"),
        ("[a]", "'\\[', which nbgrader reads"),
        ("a\\b", "which nbgrader reads"),
        ("a,b", "',', which nbgrader reads"),
        (".ada", "starts with a dot"),
        (" ada", "starts or ends with a space"),
        ("ada ", "starts or ends with a space"),
        ("ada\n", "cannot be printed"),
        ("ada\x1b[31m", "cannot be printed"),
        ("ada\udcff", "cannot be printed"),
        ("<img src=x onerror=alert(1)>", "'<', which a web page may misread; use letters, digits"),
        ("O'Brien", "which a web page may misread"),
        ('a"b', "which a web page may misread"),
        ("a&amp;b", "which a web page may misread"),
        ("a#b", "which a web page may misread"),
        ("a%3Cb", "which a web page may misread"),
        ("ada  lovelace", "several spaces in a row"),
    ],
)
def test_a_folder_name_that_nbgrader_would_misread_is_refused(course: Course, student: str, reason: str) -> None:
    submit(course, student)
    submit(course, "bob")
    roster = CourseAssignment(course, "a1").roster()
    assert roster.students == ("bob",)
    assert list(roster.refused) == [student]
    assert re.search(reason, roster.refused[student])


@pytest.mark.parametrize("student", ["ada", "a.b@c-d_e", "Zoë Müller", "Zoe\u0308", "李 小龙", "1234", "a b c", "-x"])
def test_a_name_that_nothing_misreads_is_accepted(student: str) -> None:
    assert name_problem(student) is None
    require_name(student)


def test_a_name_that_must_not_reach_a_page_is_shown_in_the_message_of_a_refusal() -> None:
    with pytest.raises(CourseError, match="the student '<b>\N{REPLACEMENT CHARACTER}' is refused: the name contains"):
        require_name("<b>\n")


def test_a_folder_that_cannot_be_read_stops_nobody_else(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    for student in ("ada", "bob"):
        submit(course, student)
    is_dir = Path.is_dir

    def without_permission(self: Path, **options: Any) -> bool:
        if "bob" in self.parent.name:
            raise PermissionError(13, "Permission denied")
        return is_dir(self, **options)

    monkeypatch.setattr(Path, "is_dir", without_permission)
    reason = "the folder cannot be read (Permission denied); change its permissions"
    assert CourseAssignment(course, "a1").roster() == (("ada",), {"bob": reason})


@pytest.mark.parametrize("step", ["submitted", "downloaded", "handout"])
def test_a_course_inside_a_folder_of_students_files_is_refused_and_not_executed(course: Course, step: str) -> None:
    (course.root / "nbgrader_config.py").write_text(CONFIG + 'c.CourseDirectory.release_directory = "handout/all"\n')
    inner = course.root / step / "mallory" / "a1"
    inner.mkdir(parents=True)
    (inner / "nbgrader_config.py").write_text("open('executed', 'w')")
    (inner / "deeper").mkdir()
    for start in (inner, inner / "deeper"):
        with pytest.raises(CourseError, match=r"lies among the files that the course .*: change into"):
            Course.find(start)
    assert not list(course.root.rglob("executed"))


@pytest.mark.parametrize("step", ["submitted", "autograded", "in"])
@pytest.mark.parametrize("name", ["nbgrader_config.py", "nbgrader_config.json"])
def test_nor_is_one_executed_in_the_course_that_the_machine_names(
    tmp_path: Path, course: Course, step: str, name: str
) -> None:
    (tmp_path / "jupyter").mkdir()
    config = f"c = get_config()\nc.CourseDirectory.root = {str(course.root)!r}\n"
    (tmp_path / "jupyter" / "nbgrader_config.py").write_text(
        config + 'c.CourseDirectory.submitted_directory = "in/all"\n'
    )
    (course.root / "nbgrader_config.py").unlink()
    inner = course.root / step / "mallory" / "a1"
    inner.mkdir(parents=True)
    assert Course.find(inner).root == course.root
    harm = '{"CourseDirectory": {"root": "."}}' if name.endswith("json") else "open('executed', 'w')"
    (inner / name).write_text(harm)
    (tmp_path / "link").symlink_to(course.root)
    for start in (inner, tmp_path / "link" / step / "mallory" / "a1"):
        with pytest.raises(CourseError, match=r"lies among the files that the course .*: change into"):
            Course.find(start)
    assert not Path("executed").exists()


def test_a_submission_in_the_exchange_is_no_course(tmp_path: Path) -> None:
    folder = tmp_path / "exchange" / "course" / "inbound" / "mallory+a1+2026-01-01 00:00:00 UTC"
    folder.mkdir(parents=True)
    (folder / "nbgrader_config.py").write_text("")
    with pytest.raises(CourseError, match="is a submission in nbgrader's exchange, and not a course"):
        Course.find(folder)


@pytest.mark.parametrize("config", [CONFIG, "1 +", "c.X_directory = 5\nc.Y_directory = '.'\n\0"])
def test_a_course_inside_another_one_is_found_elsewhere(course: Course, config: str) -> None:
    (course.root / "nbgrader_config.py").write_text(config)
    inner = course.root / "demo"
    inner.mkdir()
    (inner / "nbgrader_config.py").write_text(CONFIG)
    assert Course.find(inner) == Course(inner)


def test_links_are_refused_because_they_may_lead_anywhere(course: Course, tmp_path: Path) -> None:
    submit(course, "ada")
    (course.submitted / "mallory").symlink_to(course.submitted / "ada")
    (course.submitted / "eve").mkdir()
    (course.submitted / "eve" / "a1").symlink_to(tmp_path)
    (course.submitted / "dan").mkdir()
    (course.submitted / "dan" / "a1").symlink_to(tmp_path / "missing")
    roster = CourseAssignment(course, "a1").roster()
    assert roster.students == ("ada",)
    assert roster.refused == {
        "dan": "'a1' is a symbolic link; copy the files instead",
        "eve": "'a1' is a symbolic link; copy the files instead",
        "mallory": "'mallory' is a symbolic link; copy the files instead",
    }


def test_importing_a_course_imports_nothing_heavy() -> None:
    program = "import sys, autograder.authoring.build, autograder.authoring.scaffold; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout.split()
    assert not {"nbgrader", "nbformat", "jupytext", "traitlets", "sqlalchemy", "numpy", "pytest"} & set(loaded)
