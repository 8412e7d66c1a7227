"""Formgrader in Chromium, on a real Jupyter server without a network: what its pages say is true."""

import os
import shutil
import socket
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from course_fixtures import NAME, ROOT, grade_class, hand_in, solved

from autograder.course.layout import Course
from autograder.nbgrader_bridge.feedback import feedback

pytestmark = pytest.mark.slow

FORMULA = r"Because $\frac{a + b}{c}$ does not change."
MODEL_ANSWER = "Because a sum does not care where it starts."

Visit = Callable[[str], Any]


@pytest.fixture(scope="module")
def graded(built: Course, tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A course with submissions: one to be graded by hand, one unreadable, one graded by hand and graded again."""
    course = Course(tmp_path_factory.mktemp("formgrader") / "course")
    shutil.copytree(built.root, course.root)
    hand_in(course, "ada", solved(course, why=FORMULA))
    hand_in(course, "bob", b"not a notebook")
    hand_in(course, "eve", solved(course))
    grade_class(course)
    with sqlite3.connect(course.root / "gradebook.db") as database:
        database.execute(
            """UPDATE grade SET manual_score = 0.5, needs_manual_grade = 0 WHERE auto_score IS NULL AND notebook_id IN
            (SELECT n.id FROM submitted_notebook n JOIN submitted_assignment a ON a.id = n.assignment_id
            WHERE a.student_id = 'eve')"""
        )
    database.close()
    feedback(course.assignment(NAME))
    grade_class(course, force=True)
    feedback(course.assignment(NAME))
    return course


@pytest.fixture(scope="module")
def address(graded: Course) -> Iterator[str]:
    """The address of a Jupyter server in the course."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(ROOT / ".venv/bin/jupyter"), "server", "--allow-root", "--no-browser", f"--port={port}"]
    environment = os.environ | {"JUPYTER_CONFIG_DIR": str(graded.root.parent / "jupyter")}
    with (graded.root.parent / "server.log").open("w") as log:
        server = subprocess.Popen([*command, "--IdentityProvider.token="], cwd=graded.root, stderr=log, env=environment)
        try:
            _wait_for(f"http://127.0.0.1:{port}/api")
            yield f"http://127.0.0.1:{port}/formgrader"
        finally:
            server.terminate()
            server.wait()


def _wait_for(url: str) -> None:
    for _ in range(600):
        try:
            urlopen(url, timeout=60).close()
        except URLError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"nobody answers at {url}")


@pytest.fixture
def visit(chromium: Any, address: str) -> Iterator[Visit]:
    """Opens a page of formgrader; a request that leaves this machine, and an error of a script, fail the test."""
    context = chromium.new_context()
    context.set_default_timeout(10_000)
    outside: list[str] = []
    errors: list[str] = []

    def check(route: Any) -> None:
        if route.request.url.startswith((address.removesuffix("/formgrader"), "data:")):
            route.continue_()
        else:
            outside.append(route.request.url)
            route.abort()

    context.route("**/*", check)

    def open_it(path: str) -> Any:
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{address}/{path}")
        page.wait_for_load_state("networkidle")
        return page

    yield open_it
    context.close()
    assert outside == []
    assert errors == []


def row_of(page: Any, student: str) -> Any:
    """The row of a table that names the student."""
    return page.locator("#main-table tr").filter(has=page.get_by_text(student, exact=True))


def submission_page(visit: Visit, course: Course, student: str) -> Any:
    """The page on which the student's notebook is graded."""
    with sqlite3.connect(course.root / "gradebook.db") as database:
        ((key,),) = database.execute(
            """SELECT n.id FROM submitted_notebook n JOIN submitted_assignment a ON a.id = n.assignment_id
            WHERE a.student_id = ?""",
            (student,),
        )
    database.close()
    return visit(f"submissions/{key}/")


PAGES = ("manage_assignments", f"manage_submissions/{NAME}", "manage_students", "manage_students/ada", "gradebook")


@pytest.mark.parametrize(
    "path", [*PAGES, f"gradebook/{NAME}", f"gradebook/{NAME}/{NAME}", f"manage_students/ada/{NAME}"]
)
def test_every_page_works_without_a_network(path: str, visit: Visit) -> None:
    page = visit(path)
    assert page.locator("#main-table tr").count() > 0
    assert not page.get_by_text("Loading, please wait").is_visible()


@pytest.mark.parametrize("path", [f"manage_submissions/{NAME}", "manage_students"])
def test_a_student_without_a_name_is_called_by_the_id(path: str, visit: Visit) -> None:
    page = visit(path)
    assert row_of(page, "ada").locator("a").first.inner_text() == "ada"
    assert "None" not in page.locator("#main-table").inner_text()


@pytest.mark.parametrize("path", ["manage_assignments", "gradebook"])
def test_an_assignment_without_a_due_date_has_none(path: str, visit: Visit) -> None:
    assert "None" not in visit(path).locator("#main-table").inner_text()


def test_the_menu_of_jupyterlab_opens_formgrader(visit: Visit) -> None:
    page = visit("../lab")
    page.locator(".lm-MenuBar-itemLabel", has_text="Nbgrader").click()
    page.locator(".lm-Menu-itemLabel", has_text="Formgrader").first.click()
    page.frame_locator("iframe").get_by_role("heading", name="Manage Assignments").wait_for()


def test_a_student_with_a_name_is_called_by_it(visit: Visit, graded: Course) -> None:
    rename(graded, "eve", "Eve", "Lovelace")
    try:
        assert "Lovelace, Eve" in row_of(visit("manage_students"), "eve").inner_text()
    finally:
        rename(graded, "eve", None, None)


def rename(course: Course, student: str, first: str | None, last: str | None) -> None:
    with sqlite3.connect(course.root / "gradebook.db") as database:
        database.execute("UPDATE student SET first_name = ?, last_name = ? WHERE id = ?", (first, last, student))
    database.close()


def test_a_file_that_cannot_be_read_is_not_called_graded(visit: Visit) -> None:
    page = visit(f"manage_submissions/{NAME}")
    status = row_of(page, "bob").locator(".status")
    assert status.inner_text() == "cannot be read"
    assert "the file is not a notebook" in status.get_attribute("title")
    assert status.locator(".label-success").count() == 0


def test_an_answer_that_was_graded_by_hand_is_not_open_after_grading_again(visit: Visit) -> None:
    page = visit(f"manage_submissions/{NAME}")
    assert row_of(page, "eve").locator(".status").inner_text() == "graded"
    assert row_of(page, "eve").locator(".score").inner_text().startswith("5.5 / 6")
    assert row_of(page, "ada").locator(".status").inner_text() == "needs manual grading"


def test_a_score_says_what_tests_grade_and_what_a_person_grades(visit: Visit) -> None:
    page = visit(f"manage_submissions/{NAME}")
    assert row_of(page, "ada").locator(".score").inner_text() == "5 / 6\n5 graded by tests, 1 by hand"


def test_a_course_without_an_exchange_has_no_warning(visit: Visit) -> None:
    page = visit("manage_assignments")
    assert page.locator(".alert-warning").count() == 0
    assert page.locator("#no-exchange").is_visible()


def test_formulas_are_laid_out_without_a_network(visit: Visit, graded: Course) -> None:
    page = submission_page(visit, graded, "ada")
    above, below = (page.locator(f"mfrac > :nth-child({n})").first.bounding_box() for n in (1, 2))
    assert above["y"] + above["height"] <= below["y"]


def test_the_model_answer_is_beside_that_of_the_student(visit: Visit, graded: Course) -> None:
    page = submission_page(visit, graded, "ada")
    model = page.locator(".model-answer")
    assert MODEL_ANSWER in model.inner_text()
    theirs, ours = page.locator(".with-model .nbgrader_cell").bounding_box(), model.bounding_box()
    assert theirs["x"] + theirs["width"] <= ours["x"]
    assert theirs["y"] < ours["y"] + ours["height"]


def test_no_student_gets_the_model_answer(graded: Course) -> None:
    folders = (graded.release, graded.autograded, graded.feedback)
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    assert {path.suffix for path in files} >= {".ipynb", ".html"}
    assert [path for path in files if MODEL_ANSWER.encode() in path.read_bytes()] == []


def test_a_grade_that_is_given_here_makes_the_feedback_page_out_of_date(visit: Visit, graded: Course) -> None:
    html = graded.feedback / "ada" / NAME / f"{NAME}.html"
    assert b'<body class="current">' in html.read_bytes()
    page = submission_page(visit, graded, "ada")
    field = page.locator("#why")
    with page.expect_response(lambda response: "/api/grade/" in response.url):
        field.fill("1")
        field.press("Tab")
    assert b'<body class="stale">' in html.read_bytes()


def test_no_request_complains_about_the_exchange(visit: Visit, graded: Course) -> None:
    visit("manage_assignments")
    assert "Unwritable directory" not in (graded.root.parent / "server.log").read_text()
