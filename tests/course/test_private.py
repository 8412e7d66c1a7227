"""The files of a course that no sandbox may show are known, wherever nbgrader's settings put them."""

from pathlib import Path

import pytest
from course_fixtures import NAME, hand_in, released
from nbgrader.exchange.default.exchange import Exchange

from autograder.course.layout import Course
from autograder.course.private import DEFAULT_EXCHANGE, private_paths

STEPS = "assignments source release solutions submitted autograded feedback reports".split()


def configure(course: Course, line: str) -> Course:
    with (course.root / "nbgrader_config.py").open("a") as config:
        config.write(f"{line}\n")
    return Course(course.root)


def test_the_course_its_steps_its_gradebook_and_examples_of_its_files_are_private(course: Course) -> None:
    submission = hand_in(course, "ada", released(course))
    private = private_paths(course)
    assert set(private) >= {str(course.root / name) for name in (*STEPS, "nbgrader_config.py", "gradebook.db")}
    assert str(course.root) in private
    assert {str(submission), str(submission.parent)} <= set(private)
    assert str(course.solutions / NAME / f"{NAME}.ipynb") in private
    tests = str(course.assignments / NAME / "hidden_tests")
    assert [Path(path).name[:5] for path in private if path.startswith(tests)] == ["test_"]


@pytest.mark.parametrize("target", ["/dev/null", "/usr/lib/os-release", "/nowhere", "a1.ipynb"])
def test_a_link_that_a_student_hands_in_is_no_example(course: Course, target: str) -> None:
    submission = course.submitted / "eve" / "a1" / "a1.ipynb"
    submission.parent.mkdir(parents=True)
    submission.symlink_to(target)
    (course.submitted / "mal").mkdir()
    (course.submitted / "mal" / "a1").symlink_to("/usr/lib")
    assert not {str(submission), str(course.submitted / "mal" / "a1")} & set(private_paths(course))


def test_settings_of_nbgrader_are_followed(course: Course, tmp_path: Path) -> None:
    (tmp_path / "exchange").mkdir()
    configure(course, f"c.Exchange.root = {str(tmp_path / 'exchange')!r}")
    configure(course, f"c.CourseDirectory.submitted_directory = {str(tmp_path / 'inbox')!r}")
    course = configure(course, f"c.CourseDirectory.db_url = 'sqlite:///{tmp_path}/grades.db?timeout=9'")
    assert {str(tmp_path / name) for name in ("exchange", "inbox", "grades.db")} <= set(private_paths(course))


def test_a_database_on_a_server_is_no_file(course: Course) -> None:
    course = configure(course, "c.CourseDirectory.db_url = 'postgresql://host/grades'")
    assert not [path for path in private_paths(course) if "grades" in path or path.endswith(".db")]


def test_an_exchange_that_does_not_exist_is_left_out(course: Course, tmp_path: Path) -> None:
    course = configure(course, f"c.Exchange.root = {str(tmp_path / 'nowhere')!r}")
    assert str(tmp_path / "nowhere") not in private_paths(course)


def test_the_default_exchange_is_nbgraders() -> None:
    assert Exchange.root.default_value == DEFAULT_EXCHANGE


def test_the_paths_stay_the_same_while_a_class_is_graded(course: Course) -> None:
    hand_in(course, "ada", released(course))
    before = private_paths(course)
    for folder in (course.autograded, course.feedback, course.reports):
        (folder / "ada").mkdir(parents=True)
        (folder / "ada" / "new.json").write_text("{}")
    assert private_paths(course) == before
