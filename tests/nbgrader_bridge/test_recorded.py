"""The recorded scores are read by plain SQL, so nbgrader's own gradebook must say the same."""

import shutil
import sqlite3
import subprocess
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from course_fixtures import NAME, grade, grade_class, hand_in, hidden_test, released, result_of, rewrite, solved
from nbgrader.api import Gradebook

from autograder.course.layout import Course
from autograder.errors import CourseError
from autograder.nbgrader_bridge import recorded
from autograder.nbgrader_bridge.recorded import NbgraderGradebook
from autograder.results import gradebook_query

WHO = {"name": NAME, "course": "chainrule"}


def by_sqlite(db_url: str, names: dict[str, str]) -> Sequence[Any]:
    return gradebook_query._query_sqlite(db_url, names, recorded._SCORES)


def by_server(db_url: str, names: dict[str, str]) -> Sequence[Any]:
    return gradebook_query._query_server(db_url, names, recorded._SCORES)


def database(course: Course) -> Path:
    return course.root / "gradebook.db"


def scores(course: Course) -> dict[str, float]:
    return NbgraderGradebook(Course(course.root).assignment(NAME)).scores()


def configure(course: Course, line: str) -> None:
    config = course.root / "nbgrader_config.py"
    config.write_text(f"{config.read_text(encoding='utf-8')}\n{line}\n", encoding="utf-8")


@pytest.fixture(scope="module")
def graded_once(built: Course, tmp_path_factory: pytest.TempPathFactory) -> Course:
    """Everything, nothing, one check, a part of a check, a file that cannot be read."""
    course = Course(tmp_path_factory.mktemp("graded") / "course")
    shutil.copytree(built.root, course.root)
    rewrite(hidden_test(course, "test_total"), "@pytest.mark.weight(2)", "@pytest.mark.weight(0.5)")
    hand_in(course, "ada", solved(course))
    hand_in(course, "bob", released(course))
    hand_in(course, "cyd", solved(course, square="def square(x):\n    return -1"))
    hand_in(course, "dan", solved(course, total="def total(x):\n    return len(x.tolist())"))
    hand_in(course, "eve", b"no notebook")
    hand_in(course, "fay", solved(course, total="def total(x):\n    x.sort()\n    return x.sum()"))
    assert {outcome.status for outcome in grade_class(course).values()} == {"graded"}
    return course


@pytest.fixture
def graded(graded_once: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Course:
    """A copy of the graded course, in which the test stands."""
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path / "jupyter"))
    shutil.copytree(graded_once.root, tmp_path / "course")
    monkeypatch.chdir(tmp_path / "course")
    return Course(tmp_path / "course")


def test_the_scores_are_those_of_the_stored_results_and_those_nbgrader_shows(graded: Course) -> None:
    found = scores(graded)
    assert set(found) == {"ada", "bob", "cyd", "dan", "eve", "fay"}
    assert found["fay"] == 3.0, "a third of three points"
    assert found == {student: pytest.approx(result_of(graded, student).score, abs=1e-9) for student in found}
    with Gradebook(graded.db_url) as gradebook:
        shown = {student: gradebook.find_submission(NAME, student).score for student in found}
    assert found == pytest.approx(shown)


def test_points_given_by_hand_are_no_scores_of_tests(graded: Course) -> None:
    before = scores(graded)
    with closing(sqlite3.connect(database(graded))) as connection:
        connection.execute("UPDATE grade SET manual_score = 100, extra_credit = 7")
        connection.commit()
    assert scores(graded) == before


@pytest.mark.parametrize("content", [None, b""])
def test_where_no_database_is_yet_nobody_has_a_score_and_none_is_made(content: bytes | None, course: Course) -> None:
    database(course).unlink()
    if content is not None:
        database(course).write_bytes(content)
    assert scores(course) == {}
    assert database(course).exists() == (content is not None)
    assert content is None or database(course).read_bytes() == content


def test_before_anybody_is_graded_there_are_no_scores(course: Course) -> None:
    assert scores(course) == {}


def test_the_rows_of_another_assignment_do_not_count(graded: Course) -> None:
    before = scores(graded)
    with Gradebook(graded.db_url, WHO["course"]) as gradebook:
        gradebook.add_assignment("another")
        gradebook.add_notebook("another", "another")
        gradebook.add_grade_cell("check", "another", "another", max_score=9.0, cell_type="code")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # SQLAlchemy's, about nbgrader
            gradebook.add_submission("another", "ada")
        gradebook.find_grade("check", "another", "another", "ada").auto_score = 9.0
        gradebook.db.commit()
    assert scores(graded) == before
    assert by_sqlite(graded.db_url, WHO | {"name": "another"}) == [("ada", 9.0)]


def test_the_rows_of_another_course_in_the_same_database_do_not_count(graded: Course) -> None:
    assert scores(graded) != {}
    configure(graded, "c.CourseDirectory.course_id = 'another'")
    assert scores(graded) == {}


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Somebody else writes to the database, and does not end."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        yield
        connection.rollback()


def test_a_locked_database_is_named_after_the_time_its_address_says(graded: Course) -> None:
    configure(graded, f"c.CourseDirectory.db_url = 'sqlite:///{database(graded)}?timeout=0.05'")
    before = scores(graded)
    assert before["ada"] == 5.0
    with locked(database(graded)), pytest.raises(CourseError, match=r"gradebook\.db\S* cannot be opened: .*locked"):
        scores(graded)
    assert scores(graded) == before


def test_a_file_that_is_no_database_is_named(course: Course) -> None:
    database(course).write_bytes(b"not a database" * 100)
    with pytest.raises(CourseError, match=r"the gradebook 'sqlite:///.*gradebook\.db' cannot be opened: file is not a"):
        scores(course)


def test_both_ways_of_asking_give_the_same_rows(graded: Course) -> None:
    rows = sorted(by_sqlite(graded.db_url, WHO))
    assert len(rows) == 6
    assert sorted(map(tuple, by_server(graded.db_url, WHO))) == rows
    for who in (WHO | {"name": "another"}, WHO | {"course": "another"}):
        assert by_sqlite(graded.db_url, who) == by_server(graded.db_url, who) == []


def test_an_empty_database_gives_no_rows_either_way(tmp_path: Path) -> None:
    (tmp_path / "empty.db").touch()
    url = f"sqlite:///{tmp_path / 'empty.db'}"
    assert by_sqlite(url, WHO) == by_server(url, WHO) == []


def test_a_server_that_cannot_be_reached_is_named_without_its_password(course: Course) -> None:
    configure(course, "c.CourseDirectory.db_url = 'unknown://me:secret@host/g'")
    with pytest.raises(CourseError, match=r"the gradebook 'unknown://me:\*\*\*@host/g' cannot be opened"):
        scores(course)


@pytest.mark.parametrize("folder", ["a course", "C#", "[x]", "f(x);y", "Übung"])
def test_any_name_of_a_folder_is_read_as_sqlalchemy_reads_it(folder: str, graded: Course) -> None:
    moved = Course(graded.root.rename(graded.root.parent / folder))
    rows = sorted(by_sqlite(moved.db_url, WHO))
    assert len(rows) == 6
    assert sorted(map(tuple, by_server(moved.db_url, WHO))) == rows


def test_an_address_with_a_quoted_space_is_read_as_sqlalchemy_reads_it(graded: Course) -> None:
    moved = Course(graded.root.rename(graded.root.parent / "a course"))
    url = f"sqlite:///{database(moved)}".replace(" ", "%20")
    assert sorted(by_sqlite(url, WHO)) == sorted(map(tuple, by_server(url, WHO)))


def test_a_relative_address_is_read_from_the_folder_one_stands_in(graded: Course) -> None:
    assert len(by_sqlite("sqlite:///gradebook.db", WHO)) == 6


def test_what_is_up_to_date_is_told_by_these_scores(graded: Course) -> None:
    assert {outcome.status for outcome in grade(graded)} == {"up to date"}
    with closing(sqlite3.connect(database(graded))) as connection:
        connection.execute("UPDATE grade SET auto_score = auto_score - 1 WHERE auto_score > 1")
        connection.commit()
    regraded = {outcome.student for outcome in grade(graded) if outcome.status == "graded"}
    assert regraded == {student for student, score in scores(graded).items() if score > 0}


def test_opening_it_for_an_assignment_that_was_never_built_says_to_build_it(course: Course) -> None:
    database(course).unlink()
    gradebook = NbgraderGradebook(course.assignment(NAME))
    with pytest.raises(CourseError, match=f"run `autograder build {NAME}`"), gradebook.open():
        pytest.fail("it was opened")


def test_scores_are_read_without_importing_nbgrader_or_sqlalchemy(graded: Course) -> None:
    program = f"""
import sys
from pathlib import Path
from autograder.course.layout import Course
from autograder.nbgrader_bridge.recorded import NbgraderGradebook

def heavy():
    return sorted({{"nbgrader", "sqlalchemy"}} & set(sys.modules))

print(heavy(), len(NbgraderGradebook(Course(Path({str(graded.root)!r})).assignment({NAME!r})).scores()), heavy())
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.stdout == "[] 6 []\n", done.stderr
