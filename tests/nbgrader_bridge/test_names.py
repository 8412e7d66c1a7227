"""No name of a student becomes HTML: not in the gradebook, and not on the pages of formgrader."""

import socket
import subprocess
import sys
import time
import warnings
from html import escape
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from urllib.request import urlopen

import pytest
from course_fixtures import NAME, ROOT, grade_class, hand_in, solved
from nbgrader.api import Gradebook
from nbgrader.apps.api import NbGraderAPI
from nbgrader.auth import Authenticator
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from nbgrader.server_extensions.formgrader import apihandlers, base
from test_feedback import Page

from autograder.course.layout import Course
from autograder.errors import CourseError
from autograder.nbgrader_bridge.converters import convert
from autograder.nbgrader_bridge.formgrader import pages
from autograder.nbgrader_bridge.preprocessors import SafeFeedback

EVIL = "<img src=x onerror=alert(1)>"


def students_in(course: Course) -> set[str]:
    with Gradebook(course.db_url) as gradebook:
        return {student.id for student in gradebook.students}


def test_autograder_grade_refuses_the_name(course: Course) -> None:
    for student in ("ada", EVIL):
        hand_in(course, student, solved(course))
    outcomes = grade_class(course)
    assert outcomes["ada"].status == "graded"
    assert "which a web page may misread" in outcomes[EVIL].message
    assert students_in(course) == {"ada"}


def test_nbgrader_autograde_refuses_the_name_and_grades_the_others(course: Course) -> None:
    for student in ("ada", EVIL):
        hand_in(course, student, solved(course))
    config = course.config
    config.CourseDirectory.db_url = course.db_url
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # SQLAlchemy's, about nbgrader
        reason = convert(Autograde, course.root, NAME, config)
    assert isinstance(reason, CourseError)
    assert "is refused: the name contains '<'" in str(reason)
    assert students_in(course) == {"ada"}
    assert [path.name for path in course.autograded.iterdir() if (path / NAME).exists()] == ["ada"]


def test_no_command_of_nbgrader_adds_such_a_student(course: Course) -> None:
    with Gradebook(course.db_url) as gradebook, pytest.raises(CourseError, match="is refused"):
        gradebook.add_student(EVIL)
    assert students_in(course) == set()


@pytest.fixture
def protected(monkeypatch: pytest.MonkeyPatch) -> None:
    """Formgrader as it is when it has created the exporter of its pages; undone afterwards."""
    monkeypatch.setattr(base.BaseHandler, "render", base.BaseHandler.render)
    for name in ("students", "timestamp"):
        monkeypatch.setattr(NbGraderAPI, f"get_submitted_{name}", getattr(NbGraderAPI, f"get_submitted_{name}"))
    for name in ("get_submission", "get_submissions"):
        monkeypatch.setattr(NbGraderAPI, name, getattr(NbGraderAPI, name))
    for handler in (apihandlers.GradeHandler, apihandlers.CommentHandler):
        monkeypatch.setattr(handler, "put", handler.put)
    monkeypatch.setattr(base, "is_corrected", False, raising=False)
    SafeFeedback()


def html_of(template: str, **shown: Any) -> str:
    """A page of formgrader."""

    class Handler(base.BaseHandler):
        def __init__(self) -> None:
            pass

    return str(Handler().render(template, **shown))


@pytest.mark.parametrize(
    "evil", [EVIL, '"><svg onload=alert(1)>', '";alert(1);//', "</script><script>alert(1)</script>"]
)
@pytest.mark.parametrize(
    "template",
    ["manage_students_assignments.tpl", "manage_students_notebook_submissions.tpl", "manage_submissions.tpl"],
)
@pytest.mark.usefixtures("protected")
def test_a_page_shows_a_name_and_holds_nothing_active_because_of_it(template: str, evil: str) -> None:
    fields = dict.fromkeys(("assignment_id", "student_id", "course_dir"), "x") | {"base_url": ""}
    clean = Page(html_of(template, **fields))
    dirty = Page(html_of(template, **fields | dict.fromkeys(("assignment_id", "student_id"), evil)))
    assert dirty.tags == clean.tags
    assert dirty.handlers == clean.handlers
    assert len(dirty.scripts) == len(clean.scripts)
    assert "alert(1)" in dirty.text


@pytest.mark.usefixtures("protected")
def test_a_name_cannot_end_a_string_of_a_script() -> None:
    shown = {"student_id": "\\", "assignment_id": ";alert(1)//", "base_url": ""}
    assert "\\" not in html_of("manage_students_notebook_submissions.tpl", **shown)


@pytest.mark.usefixtures("protected")
def test_a_folder_that_nobody_has_checked_is_not_listed(course: Course) -> None:
    for student in ("ada", "Zoë Müller", EVIL, f"x#{EVIL}"):
        hand_in(course, student, solved(course))
    api = NbGraderAPI(CourseDirectory(root=str(course.root)), Authenticator())
    assert api.get_submitted_students(NAME) == {"ada", "Zoë Müller"}


@pytest.mark.slow
def test_the_real_formgrader_shows_a_name_as_text(course: Course) -> None:
    """A notebook may link to this address, which nbgrader's page shows as it is."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(ROOT / ".venv/bin/jupyter"), "server", "--allow-root", "--no-browser", f"--port={port}"]
    server = subprocess.Popen([*command, "--ServerApp.token=t"], cwd=course.root, stderr=subprocess.DEVNULL)
    try:
        html = answer_of(f"http://127.0.0.1:{port}/formgrader/manage_students/{quote(EVIL)}?token=t")
    finally:
        server.terminate()
        server.wait()
    assert EVIL not in html
    assert escape(EVIL) in html


def answer_of(url: str) -> str:
    """The page at an address, once the server has started."""
    for _ in range(600):
        try:
            with urlopen(url, timeout=60) as page:
                return str(page.read().decode())
        except HTTPError:
            raise
        except URLError:
            time.sleep(0.1)
    raise AssertionError(f"nobody answers at {url}")


def test_where_formgrader_does_not_run_nothing_is_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    before = base.BaseHandler.render
    monkeypatch.delitem(sys.modules, base.__name__)
    pages.correct()
    assert base.BaseHandler.render is before
