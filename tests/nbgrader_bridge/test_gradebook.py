"""Rows go into nbgrader's own gradebook, all of a submission or none, and classic cells are read as nbgrader reads."""

import sqlite3
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from course_fixtures import NAME, grade, grade_rows, hand_in, released, solved
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory

from autograder.classic.scoring import classic_check
from autograder.course.layout import Course
from autograder.errors import CourseError
from autograder.grading.grader import Grader
from autograder.nbgrader_bridge import class_grades
from autograder.nbgrader_bridge.converters import convert
from autograder.nbgrader_bridge.gradebook import Book, read_times_strictly
from autograder.notebooks import intake, ipynb
from autograder.notebooks.intake import Cell
from autograder.results import store
from autograder.results.model import CheckResult, NotebookResult, Status, Verdict


def saved(course: Course, grader: Grader, found: NotebookResult | None = None, **answers: str) -> list[tuple[Any, ...]]:
    submission = intake.read(hand_in(course, "ada", solved(course, **answers)), grader.template)
    with Book(course) as book:
        book.save(NAME, "ada", {NAME: (submission, found or grader.grade(submission))})
    return grade_rows(course)


def test_a_submission_becomes_its_rows(course: Course, grader: Grader) -> None:
    rows = saved(course, grader)
    assert [row[2:7] for row in rows if len(row) > 5] == [
        ("test_square", 2.0, None, None, 0),
        ("test_total", 3.0, None, None, 0),
        ("why", None, None, None, 1),
    ]


def test_saving_twice_changes_nothing(course: Course, grader: Grader) -> None:
    assert saved(course, grader) == saved(course, grader)


def test_the_total_is_the_one_nbgrader_shows(course: Course, grader: Grader) -> None:
    saved(course, grader)
    assert score_of(course, "ada") == 5.0


def score_of(course: Course, student: str) -> float:
    """The points of a submission, as nbgrader adds them up."""
    with Gradebook(course.db_url) as gradebook:
        return float(gradebook.find_submission(NAME, student).score)


def waiting(course: Course) -> int:
    """How many answers of ada wait for a person."""
    return class_grades.read(course.assignment(NAME))["ada"].waiting


def test_a_hidden_test_that_was_not_run_asks_for_a_person(course: Course, grader: Grader) -> None:
    check = CheckResult("test_square", 2.0, 1.0, (Verdict("a", "b", 1.0, Status.ERROR),))
    rows = saved(course, grader, NotebookResult((check,), {}))
    assert rows[0][2:7] == ("test_square", 1.0, None, None, 1)


def test_only_an_answer_waits_for_a_grade(course: Course, grader: Grader) -> None:
    check = CheckResult("test_square", 2.0, 1.0, (Verdict("a", "b", 1.0, Status.ERROR),))
    saved(course, grader, NotebookResult((check,), {}), why="YOUR ANSWER HERE", total="YOUR ANSWER HERE")
    assert waiting(course) == 0
    saved(course, grader, NotebookResult((check,), {}))
    assert waiting(course) == 1


def test_a_written_answer_that_was_not_touched_needs_no_person(course: Course, grader: Grader) -> None:
    rows = saved(course, grader, why="YOUR ANSWER HERE")
    assert [row[2:7] for row in rows if row[2] == "why" and len(row) > 5] == [("why", 0.0, None, None, 0)]
    assert [row[3] for row in rows if row[2] == "why" and len(row) == 5] == ["No response."]


def test_a_file_that_cannot_be_read_asks_for_a_person_once(course: Course, grader: Grader) -> None:
    submission = intake.read(hand_in(course, "ada", b"not a notebook"), grader.template)
    with Book(course) as book:
        book.save(NAME, "ada", {NAME: (submission, grader.grade(submission))})
    assert waiting(course) == 0
    rows = grade_rows(course)
    assert [row[6] for row in rows if len(row) > 5] == [1, 0, 0]
    assert {row[3] for row in rows if len(row) == 5} == {submission.problem}


def set_by_hand(course: Course, cell: str, score: float) -> None:
    """Gives points as formgrader does."""
    with sqlite3.connect(course.root / "gradebook.db") as database:
        database.execute(
            """UPDATE grade SET manual_score = ?, needs_manual_grade = 0
            WHERE cell_id IN (SELECT id FROM base_cell WHERE name = ?)""",
            (score, cell),
        )
    database.close()


def open_cells(course: Course) -> list[str]:
    """The cells that formgrader lists as open."""
    return [row[2] for row in grade_rows(course) if len(row) > 5 and row[6]]


def test_what_was_graded_by_hand_is_not_open_after_grading_again(course: Course) -> None:
    hand_in(course, "ada", solved(course))
    grade(course)
    set_by_hand(course, "why", 0.5)
    set_by_hand(course, "test_square", 1.5)
    grade(course, force=True)
    assert open_cells(course) == []


def test_nbgrader_autograde_does_not_open_it_again_either(course: Course) -> None:
    hand_in(course, "ada", solved(course))
    grade(course)
    set_by_hand(course, "why", 0.5)
    config = course.config
    config.CourseDirectory.db_url = course.db_url
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # SQLAlchemy's, about nbgrader
        assert convert(Autograde, course.root, NAME, config) is None
    assert open_cells(course) == []


def test_what_was_graded_by_hand_is_open_again_when_the_answer_has_changed(course: Course) -> None:
    hand_in(course, "ada", solved(course))
    grade(course)
    set_by_hand(course, "why", 0.5)
    set_by_hand(course, "test_square", 1.5)
    hand_in(course, "ada", solved(course, why="Another answer.", square="def square(x):\n    return 2 * x"))
    grade(course)
    assert open_cells(course) == ["test_square", "why"]
    grade(course, force=True)
    assert open_cells(course) == ["test_square", "why"]
    assert [row[4] for row in grade_rows(course) if len(row) > 5] == [1.5, None, 0.5]


def test_a_check_that_was_graded_by_hand_is_open_again_when_it_is_flagged_for_another_reason(
    course: Course, grader: Grader
) -> None:
    hand_in(course, "ada", solved(course))
    grade(course)
    set_by_hand(course, "test_square", 2.0)
    stored = store.read(course.assignment(NAME), "ada")
    assert stored is not None
    for flags, is_open in (("copied",), True), (("copied",), False), (("copied", "other"), True):
        verdict = Verdict("a", "b", 1.0, Status.PASSED, flags=flags)
        found = NotebookResult((CheckResult("test_square", 2.0, 2.0, (verdict,)),))
        saved(course, grader, found)
        assert ("test_square" in open_cells(course)) == is_open, flags
        store.write(course.assignment(NAME), replace(stored, notebooks={NAME: found}))
        set_by_hand(course, "test_square", 2.0)


def test_a_check_that_was_graded_by_hand_is_open_again_when_the_file_cannot_be_read(course: Course) -> None:
    hand_in(course, "ada", b"not a notebook")
    grade(course)
    set_by_hand(course, "test_square", 1.5)
    hand_in(course, "ada", b"{}")
    grade(course)
    assert open_cells(course) == ["test_square"]


def test_cells_that_are_added_after_a_written_answer_belong_to_it(course: Course, grader: Grader) -> None:
    def read(*added: str) -> str:
        made = solved(course)
        place = next(i for i, cell in enumerate(made["cells"]) if ipynb.grade_id_of(cell) == "why")
        made["cells"][place + 1 : place + 1] = [
            {"cell_type": "markdown", "metadata": {}, "source": source} for source in added
        ]
        return intake.read(hand_in(course, "ada", made), grader.template).written["why"]

    assert len({read(), read("More."), read("More.", "Still more."), read("Less.")}) == 4
    assert read("More.") == read("More.")


def test_without_an_earlier_result_what_was_graded_by_hand_is_open(course: Course) -> None:
    hand_in(course, "ada", solved(course))
    grade(course)
    set_by_hand(course, "why", 0.5)
    store.path_of(course.assignment(NAME), "ada").unlink()
    grade(course)
    assert open_cells(course) == ["why"]


def test_an_assignment_that_was_never_generated_says_to_build_it(course: Course) -> None:
    hand_in(course, "ada", released(course))
    (course.root / "gradebook.db").unlink()
    with pytest.raises(CourseError, match=f"the gradebook has no assignment '{NAME}'; run `autograder build {NAME}`"):
        grade(course)


def test_a_new_gradebook_is_made_without_any_program_on_the_path(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    (course.root / "gradebook.db").unlink()
    with Book(course) as book, pytest.raises(CourseError, match="run `autograder build"):
        book.require(NAME)


def test_a_file_that_is_no_gradebook_is_named(course: Course) -> None:
    (course.root / "gradebook.db").write_bytes(b"not a database" * 100)
    with pytest.raises(CourseError, match=r"the gradebook 'sqlite:///.*gradebook.db' cannot be opened"):
        Book(course)


def test_a_grade_given_by_hand_is_what_formgrader_would_save(course: Course, grader: Grader) -> None:
    saved(course, grader)
    before = score_of(course, "ada")
    assert waiting(course) == 1
    with Book(course) as book:
        book.grade_by_hand(NAME, "ada", "why", points=0.5, comment="Only half of it.")
    assert waiting(course) == 0
    assert score_of(course, "ada") == before + 0.5
    with Gradebook(course.db_url) as gradebook:
        assert gradebook.find_comment("why", NAME, NAME, "ada").manual_comment == "Only half of it."


def test_a_row_that_cannot_be_written_leaves_the_book_usable(course: Course, grader: Grader) -> None:
    rows = saved(course, grader)
    with sqlite3.connect(course.root / "gradebook.db") as database:
        database.execute("CREATE TRIGGER full BEFORE UPDATE ON grade BEGIN SELECT RAISE(ABORT, 'disk I/O error'); END")
    database.close()
    submission = intake.read(hand_in(course, "ada", released(course)), grader.template)
    with Book(course) as book:
        with pytest.raises(CourseError, match=r"the gradebook cannot be written \(disk I/O error\)"):
            book.save(NAME, "ada", {NAME: (submission, grader.grade(submission))})
        book.require(NAME)
    assert grade_rows(course) == rows


@pytest.mark.parametrize("text", ["9" * 30 + "h", "never", "2020-01-01 00:00 /etc/localtime"])
def test_no_command_of_nbgrader_ends_at_a_time_that_is_none(text: str, tmp_path: Path) -> None:
    read_times_strictly()
    (tmp_path / "timestamp.txt").write_text(text)
    assert CourseDirectory().get_existing_timestamp(str(tmp_path)) is None


FIELDS = {"grade": True, "grade_id": "t", "points": 5, "solution": False, "locked": True, "schema_version": 3}


def result(text: str) -> dict[str, Any]:
    return {"output_type": "execute_result", "execution_count": None, "metadata": {}, "data": {"text/plain": text}}


@pytest.mark.parametrize(
    ("outputs", "score"),
    [
        ([], 5.0),
        ([{"output_type": "stream", "name": "stdout", "text": "hello"}], 5.0),
        ([{"output_type": "stream", "name": "stderr", "text": "a warning"}], 0.0),
        ([{"output_type": "error", "ename": "AssertionError", "evalue": "", "traceback": []}], 0.0),
        ([result("2.5")], 2.5),
        ([result("np.float64(2.5)")], 5.0),
    ],
)
def test_a_classic_cell_is_scored_as_nbgrader_scores_it(outputs: list[dict[str, Any]], score: float) -> None:
    check = classic_check(Cell("code", "x", "check", "t", FIELDS), outputs)
    assert (check.score, check.points, check.classic, check.needs_person) == (score, 5.0, True, False)


@pytest.mark.parametrize("text", ["7", "inf"])
def test_a_classic_score_that_nbgrader_cannot_take_asks_for_a_person(text: str) -> None:
    check = classic_check(Cell("code", "x", "check", "t", FIELDS), [result(text)])
    assert (check.score, check.needs_person) == (0.0, True)
