"""Stock nbgrader works on the same tree, and both doors grade alike: real commands in real courses."""

import csv
import json
import os
import re
import shutil
import subprocess
import warnings
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from course_fixtures import (
    NAME,
    ROOT,
    Json,
    cell_of,
    code,
    grade,
    grade_class,
    grade_rows,
    hand_in,
    hidden_test,
    markdown,
    released,
    result_of,
    rewrite,
    solved,
    with_cells,
)
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde, GenerateAssignment
from nbgrader.plugins import CsvExportPlugin

from autograder.course.layout import Course
from autograder.errors import CourseError
from autograder.grading.pool import Pool
from autograder.nbgrader_bridge.converters import convert
from autograder.nbgrader_bridge.feedback import feedback, open_worker
from autograder.notebooks import ipynb as nb
from autograder.results import store
from autograder.results.model import NotebookResult

BIN = ROOT / ".venv" / "bin"


def nbgrader(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A real nbgrader command, in that folder, as a person would type it."""
    environment = os.environ | {
        "PATH": f"{BIN}:{os.environ['PATH']}",
        "JUPYTER_CONFIG_DIR": str(root / ".jupyter"),
        "PYTHONWARNINGS": "ignore",
    }
    return subprocess.run(
        [BIN / "nbgrader", *arguments], cwd=root, env=environment, capture_output=True, text=True, check=False
    )


def worked(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def outcome_of(course: Course) -> tuple[list[tuple[Any, ...]], dict[str, bytes], dict[str, Any]]:
    """All that grading leaves: the gradebook's rows, the graded notebooks, the verdicts."""
    results = store.read_all(course.assignment(NAME))
    assert len(results) == len([*(course.reports / NAME).iterdir()])
    verdicts = {
        result.student: {name: without_accidents(notebook) for name, notebook in result.notebooks.items()}
        for result in results
    }
    return grade_rows(course), tree(course.autograded), verdicts


def without_accidents(result: NotebookResult) -> NotebookResult:
    """All but the time it took, and details: a traceback names the course's folder."""
    checks = (
        replace(check, verdicts=tuple(replace(verdict, detail="") for verdict in check.verdicts))
        for check in result.checks
    )
    return replace(result, seconds=0.0, cell_seconds={}, checks=tuple(checks))


def a_class(course: Course) -> None:
    """Submissions that nbgrader itself can read, a due date, and a hidden test that breaks."""
    config = course.root / "nbgrader_config.py"
    config.write_text(config.read_text() + "\nc.LateSubmissionPlugin.penalty_method = 'zero'\n")
    hand_in(course, "ada", solved(course))
    hand_in(course, "bob", released(course))
    hand_in(course, "cyd", solved(course, square="def square(x):\n    return 3 * x", why="YOUR ANSWER HERE"))
    odd = with_cells(solved(course), code("print('hi')\n1/0"), markdown("<b>mine</b> $a<b$"), after="square")
    cell_of(odd, "test_square")["source"] = "assert True"
    cell_of(odd, "test_total")["metadata"]["nbgrader"]["points"] = 100
    odd["cells"].remove(cell_of(odd, "why"))
    odd["metadata"] = {"kernelspec": {"name": "python3", "display_name": "x", "language": "python"}}
    hand_in(course, "dan", odd)
    late = hand_in(course, "late", solved(course))
    (late.parent / "timestamp.txt").write_text("2026-01-02 00:00:00 UTC\n")
    early = hand_in(course, "early", solved(course))
    (early.parent / "timestamp.txt").write_text("2025-12-31 00:00:00 UTC\n")
    rewrite(hidden_test(course, "test_total"), "call = student", "np.shape(student) == 1 / 0; call = student")
    with Gradebook(course.db_url) as gradebook:
        gradebook.update_or_create_assignment(NAME, duedate=datetime(2026, 1, 1))  # noqa: DTZ001  # as nbgrader stores it


# The two doors


@pytest.fixture(scope="module")
def two_courses(built: Course, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Course, Course]]:
    """The same class twice: graded by `autograder grade`, and by nbgrader's own converter."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path_factory.mktemp("jupyter")))
        courses = []
        for name in ("batch", "nbgrader"):
            course = Course(tmp_path_factory.mktemp(name) / "course")
            shutil.copytree(built.root, course.root)
            a_class(course)
            courses.append(course)
        batch, stock = courses
        grade_class(batch)
        patch.chdir(stock.root)
        config = stock.config
        config.CourseDirectory.db_url = stock.db_url
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # SQLAlchemy's, about nbgrader
            assert convert(Autograde, stock.root, NAME, config) is None
        yield batch, stock


def test_both_doors_write_the_same_rows(two_courses: tuple[Course, Course]) -> None:
    batch, stock = two_courses
    assert grade_rows(batch) == grade_rows(stock)


def test_both_doors_write_the_same_graded_folders(two_courses: tuple[Course, Course]) -> None:
    batch, stock = (tree(course.autograded) for course in two_courses)
    assert sorted(batch) == sorted(stock)
    for name, content in batch.items():
        assert content == stock[name], name


def test_both_doors_write_the_same_verdicts(two_courses: tuple[Course, Course]) -> None:
    batch, stock = two_courses
    assert outcome_of(batch)[2] == outcome_of(stock)[2]


def rows_of(course: Course, student: str) -> dict[str, tuple[Any, ...]]:
    """Automatic score, manual score, extra credit and whether a person must look, by cell."""
    return {row[2]: row[3:7] for row in grade_rows(course) if row[0] == student and len(row) > 5}


def comments_of(course: Course, student: str) -> dict[str, Any]:
    return {row[2]: row[3] for row in grade_rows(course) if row[0] == student and len(row) == 5}


def test_the_rows_say_what_was_earned(two_courses: tuple[Course, Course]) -> None:
    # One of the three shares of test_total could not be run: the rest counts, and a person is asked.
    assert rows_of(two_courses[0], "ada") == {
        "test_square": (2.0, None, None, 0),
        "test_total": (2.0, None, None, 1),
        "why": (None, None, None, 1),
    }
    assert rows_of(two_courses[0], "bob") == {
        "test_square": (0.0, None, None, 0),
        "test_total": (0.0, None, None, 1),
        "why": (0.0, None, None, 0),
    }


def test_an_answer_that_was_not_touched_gets_nbgraders_comment(two_courses: tuple[Course, Course]) -> None:
    nothing = "No response."
    assert comments_of(two_courses[0], "bob") == {"square": nothing, "total": nothing, "why": nothing}
    assert comments_of(two_courses[0], "cyd") == {"square": None, "total": None, "why": nothing}
    assert comments_of(two_courses[0], "ada") == {"square": None, "total": None, "why": None}


def test_a_late_submission_is_penalised_by_the_courses_plugin(two_courses: tuple[Course, Course]) -> None:
    penalties = {row[0]: row[7] for row in grade_rows(two_courses[0]) if len(row) > 5}
    assert penalties == {"ada": None, "bob": None, "cyd": None, "dan": None, "early": None, "late": 4.0}


def test_a_restored_check_scores_what_the_course_says(two_courses: tuple[Course, Course]) -> None:
    dan, ada = (rows_of(two_courses[0], student) for student in ("dan", "ada"))
    assert {name: dan[name] for name in ("test_square", "test_total")} == {
        name: ada[name] for name in ("test_square", "test_total")
    }


def test_a_written_answer_that_was_deleted_waits_for_nobody(two_courses: tuple[Course, Course]) -> None:
    assert rows_of(two_courses[0], "dan")["why"][0] == 0.0


def test_a_class_graded_by_nbgrader_is_graded_again_by_us_and_nothing_changes(
    two_courses: tuple[Course, Course], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, stock = two_courses
    monkeypatch.chdir(stock.root)
    before = outcome_of(stock)
    assert {outcome.status for outcome in grade_class(stock).values()} == {"graded"}
    assert outcome_of(stock) == before


@pytest.mark.slow
def test_the_real_command_grades_as_autograder_does(course: Course) -> None:
    a_class(course)
    other = course.root.parent / "other"
    shutil.copytree(course.root, other)
    batch = Course(other)
    grade_class(batch)
    worked(nbgrader(course.root, "autograde", NAME))
    assert outcome_of(course) == outcome_of(batch)


# nbgrader's other commands


def test_the_released_notebook_is_what_nbgrader_generates(course: Course) -> None:
    before = tree(course.release)
    shutil.rmtree(course.release)
    config = course.config
    config.CourseDirectory.db_url = course.db_url
    assert convert(GenerateAssignment, course.root, NAME, config) is None
    assert tree(course.release) == before


@pytest.mark.slow
def test_the_real_generate_assignment_gives_the_same_bytes(course: Course) -> None:
    before = tree(course.release)
    worked(nbgrader(course.root, "generate_assignment", NAME, "--force"))
    assert tree(course.release) == before


@pytest.mark.slow
def test_validate_fails_on_the_release_and_passes_on_the_solution(course: Course) -> None:
    release = nbgrader(course.root, "validate", str(course.release / NAME / f"{NAME}.ipynb"))
    assert "VALIDATION FAILED ON 3 CELL(S)" in release.stdout
    solution = nbgrader(course.root, "validate", str(course.solutions / NAME / f"{NAME}.ipynb"))
    assert "Success! Your notebook passes all the tests." in solution.stdout


@pytest.mark.slow
def test_feedback_and_export_run_on_what_we_graded(course: Course) -> None:
    hand_in(course, "ada", solved(course))
    hand_in(course, "bob", released(course))
    grade_class(course)
    assert "WARNING" not in worked(nbgrader(course.root, "generate_feedback", NAME))
    assert sorted(path.parts[-3] for path in course.feedback.glob("*/*/*.html")) == ["ada", "bob"]
    worked(nbgrader(course.root, "export", "--to", "grades.csv"))
    with (course.root / "grades.csv").open() as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file)}
    assert {student: (row["raw_score"], row["max_score"]) for student, row in rows.items()} == {
        "ada": ("5.0", "6.0"),
        "bob": ("0.0", "6.0"),
    }


def test_nbgraders_export_reads_our_scores(two_courses: tuple[Course, Course], tmp_path: Path) -> None:
    plugin = CsvExportPlugin()
    plugin.to = str(tmp_path / "grades.csv")
    with Gradebook(two_courses[0].db_url) as gradebook:
        plugin.export(gradebook)
    with (tmp_path / "grades.csv").open() as file:
        rows = {row["student_id"]: (row["raw_score"], row["late_submission_penalty"]) for row in csv.DictReader(file)}
    assert rows["ada"] == ("4.0", "0.0")
    assert rows["bob"] == ("0.0", "0.0")
    assert rows["late"] == ("4.0", "4.0")


@pytest.mark.slow
def test_downloads_collected_by_zip_collect_are_graded(course: Course) -> None:
    config = course.root / "nbgrader_config.py"
    pattern = r".*extracted/(?P<student_id>\w+)_attempt_(?P<timestamp>[0-9\-]+)_(?P<file_id>\w+)"
    config.write_text(config.read_text() + f"\nc.FileNameCollectorPlugin.named_regexp = {pattern!r}\n")
    inbox = course.root / "downloaded" / NAME / "archive"
    inbox.mkdir(parents=True)
    for student in ("ada", "bob"):
        name = f"{student}_attempt_2026-01-30-20-30-10_{NAME}.ipynb"
        (inbox / name).write_bytes(nb.dump(solved(course) if student == "ada" else released(course)))
    worked(nbgrader(course.root, "zip_collect", NAME))
    outcomes = grade_class(course)
    assert {student: outcome.score for student, outcome in outcomes.items()} == {"ada": 5.0, "bob": 0.0}
    assert (course.autograded / "ada" / NAME / "timestamp.txt").is_file()


# Courses made without us


@pytest.fixture(scope="module")
def quickstart(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """nbgrader's own example course, with submissions, and ps1 released."""
    parent = tmp_path_factory.mktemp("quickstart")
    worked(nbgrader(parent, "quickstart", "classic"))
    root = parent / "classic"
    worked(nbgrader(root, "generate_assignment", "ps1"))
    submit_classic(root)
    return root


def notebook_at(path: Path) -> Json:
    return nb.parse(path.read_bytes())


def submit_classic(root: Path) -> None:
    """The solutions, the release, and some in between."""
    names = ("problem1", "problem2")
    solutions = {name: notebook_at(root / "source" / "ps1" / f"{name}.ipynb") for name in names}
    release = {name: notebook_at(root / "release" / "ps1" / f"{name}.ipynb") for name in names}
    for name in names:
        for cell in solutions[name]["cells"]:
            cell["source"] = re.sub(r" *### (BEGIN|END) SOLUTION\n?", "", cell["source"])
    one_sided = json.loads(json.dumps(solutions))
    for cell in one_sided["problem1"]["cells"]:
        # Passes the visible asserts about errors, and the hidden ones about large n not.
        cell["source"] = cell["source"].replace("i ** 2", "i * 2").replace("i**2", "i*2")
    for student, notebooks in {"right": solutions, "untouched": release, "wrong": one_sided}.items():
        for name, notebook in notebooks.items():
            folder = root / "submitted" / student / "ps1"
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{name}.ipynb").write_bytes(nb.dump(notebook))
            shutil.copy(root / "source" / "ps1" / "jupyter.png", folder)


def partial_credit(root: Path) -> None:
    """One check of problem1 that ends in a number instead of an assert, and hidden tests."""
    path = root / "source" / "ps1" / "problem1.ipynb"
    notebook = notebook_at(path)
    checks = [cell for cell in notebook["cells"] if nb.nbgrader_of(cell).get("grade")]
    plain = next(cell for cell in checks if cell["cell_type"] == "code")
    plain["source"] = "score = 0.25\nif callable(squares):\n    score = 0.5\nscore"
    hidden = [cell for cell in checks if cell["cell_type"] == "code"][1]
    hidden["source"] += "\n### BEGIN HIDDEN TESTS\nassert squares(3) == [1, 4, 9], 'hidden 31337'\n### END HIDDEN TESTS"
    path.write_bytes(nb.dump(notebook))


def classic_scores(root: Path) -> dict[tuple[str, str, str], Any]:
    return {row[:3]: row[3:7] for row in grade_rows(Course(root)) if len(row) > 5}


@pytest.fixture(scope="module")
def classic(quickstart: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Course]]:
    """The example course graded three times: by stock nbgrader, by us, and by nbgrader with our preprocessors."""
    partial_credit(quickstart)
    worked(nbgrader(quickstart, "generate_assignment", "ps1", "--force"))
    courses = {}
    for name in ("stock", "batch", "hooks"):
        root = tmp_path_factory.mktemp(name) / "course"
        shutil.copytree(quickstart, root)
        courses[name] = Course(root)
    own = courses["hooks"].root / "nbgrader_config.py"
    own.write_text(own.read_text() + "\nimport autograder\nautograder.configure(c)\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path_factory.mktemp("jupyter")))
        worked(nbgrader(courses["stock"].root, "autograde", "ps1"))
        worked(nbgrader(courses["hooks"].root, "autograde", "ps1"))
        outcomes = grade(courses["batch"], "ps1", workers=0)
        assert {outcome.status for outcome in outcomes} == {"graded"}
        yield {name: Course(course.root) for name, course in courses.items()}


@pytest.mark.slow
def test_a_classic_course_gets_the_scores_of_stock_nbgrader_through_both_doors(classic: dict[str, Course]) -> None:
    stock = classic_scores(classic["stock"].root)
    assert len(stock) > 20
    assert len(set(stock.values())) > 3
    assert classic_scores(classic["batch"].root) == stock
    assert classic_scores(classic["hooks"].root) == stock


@pytest.mark.slow
def test_partial_credit_of_a_classic_cell_is_read_as_nbgrader_reads_it(classic: dict[str, Course]) -> None:
    scores = {values[0] for key, values in classic_scores(classic["batch"].root).items() if key[0] == "right"}
    assert 0.5 in scores


@pytest.mark.slow
def test_a_classic_score_is_flagged_in_the_result(classic: dict[str, Course]) -> None:
    for door in ("batch", "hooks"):
        result = result_of(classic[door], "right", "ps1")
        assert sorted(result.notebooks) == ["problem1", "problem2"]
        checks = list(result.checks)
        assert checks
        assert all(check.classic for check in checks)


@pytest.mark.slow
def test_hidden_tests_of_a_classic_course_do_not_reach_its_feedback(classic: dict[str, Course], pool: Pool) -> None:
    course = classic["batch"]
    graded = (course.autograded / "wrong" / "ps1" / "problem1.ipynb").read_text()
    assert "hidden 31337" in graded, "an instructor sees them in formgrader"
    pages = feedback(course.assignment("ps1"), pool=pool)
    assert len(pages) == 2 * len(course.assignment("ps1").roster().students)
    for page in pages:
        text = page.read_text()
        assert "31337" not in text
        assert "BEGIN HIDDEN TESTS" not in text


@pytest.mark.slow
def test_a_classic_course_gets_the_same_page(classic: dict[str, Course]) -> None:
    course = classic["batch"]
    with open_worker(course.assignment("ps1")) as make_pages:
        assert make_pages("wrong") == ""
    html = (course.feedback / "wrong" / "ps1" / "problem1.html").read_text()
    assert "1 / 10" in html
    assert '7 by hand</span> <span class="pending">7 more points are pending' in html
    assert "The check did not pass." in html
    assert "AssertionError: a hidden test in this cell failed." in html
    assert "<script" not in html


def test_a_misspelt_classic_assignment_gets_a_suggestion(course: Course) -> None:
    (course.source / "ps1").mkdir()
    with pytest.raises(CourseError, match="did you mean 'ps1'"):
        grade(course, "ps2")
