"""`autograder demo` grades sample submissions with known scores, and reports scores that are not as expected."""

import io
import re
import shutil
from pathlib import Path

import pytest
from course_fixtures import NAME, hidden_test, rewrite
from rich.console import Console

from autograder.authoring.demo.run import run as run_demo
from autograder.authoring.demo.students import demo_class
from autograder.authoring.sample_class import expected_score
from autograder.course.layout import Course
from autograder.errors import CourseError
from autograder.reporting.class_data import gather
from autograder.testing.suite import Suite


def run(course: Course, folder: Path, *, everything: bool = False) -> tuple[bool, str]:
    console = Console(file=io.StringIO(), width=200, record=True)
    agreed = run_demo(course, folder, console=console, workers=1, everything=everything)
    return agreed, console.export_text()


def students(folder: Path) -> set[str]:
    return {path.name for path in (folder / "submitted").iterdir()}


@pytest.mark.slow
def test_all_scores_are_as_expected_and_it_can_be_run_again(course: Course, tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    agreed, said = run(course, folder, everything=True)
    assert agreed
    assert "All scores are as expected." in said
    for student in ("solution", "untouched", "wrong-triples", "right-power", "damaged-endless_loop", "damaged-os_exit"):
        assert student in said
        page = folder / "feedback" / student / NAME / f"{NAME}.html"
        assert page.is_file()
    assert "✗" not in said
    assert not (course.root / "submitted").exists()
    (folder / "submitted" / "stray").mkdir()
    assert run(course, folder)[0]
    assert not (folder / "submitted" / "stray").exists()


@pytest.mark.slow
def test_a_short_demo_grades_fourteen_of_every_kind_and_tells_of_three_of_them(course: Course, tmp_path: Path) -> None:
    rewrite(
        hidden_test(course, "test_total"),
        'leaves its argument as it was."""',
        'leaves its argument as it was.\n\n    Sort `x[..., :]` in a copy.\n    """',
    )
    wrong = course.assignment(NAME).folder / "wrong_answers"
    for number in range(9):
        shutil.copy(wrong / "triples.py", wrong / f"triples{number}.py")
    agreed, said = run(course, tmp_path / "demo")
    assert agreed
    assert "All scores are as expected." in said
    assert f"{NAME} Powers: 14 submissions graded, 14 of 14 scores as expected" in said
    graded = students(tmp_path / "demo")
    assert {"solution", "untouched", "right-power", "wrong-sorts_in_place"} < graded
    assert {name for name in graded if name.startswith("damaged-")} == {
        "damaged-not_json",
        "damaged-os_exit",
        "damaged-deleted_cells",
    }
    assert sum(name.startswith("wrong-") for name in graded) == 5
    assert {"half-done", "many-mistakes", "copied-many-mistakes"} < graded
    told = said.partition("Three examples:")[2]
    assert "wrong-sorts_in_place: Sorts the caller's array on the way. It earns 4 of 5" in told
    assert "✗ The total leaves its argument as it was. " in told
    assert "Sort `x[..., :]` in a copy." in told
    assert "damaged-os_exit: " in told
    assert "right-power: Uses the power operator. It earns 5 of 5." in told


@pytest.mark.slow
@pytest.mark.parametrize("everything", [False, True])
def test_a_score_that_is_not_the_expected_one_is_marked(everything: bool, course: Course, tmp_path: Path) -> None:
    rewrite(hidden_test(course, "test_square"), "31337.25**2)", "0.0)")
    agreed, said = run(course, tmp_path / "demo", everything=everything)
    assert not agreed
    assert "Some scores are not as expected." in said
    assert f"✗ {NAME}: solution: 4 of 5 instead of 5" in said


def test_what_each_student_of_the_demo_must_earn_follows_from_the_assignment(built: Course) -> None:
    place = built.assignment(NAME)
    with Suite(place.load().hidden_tests) as suite:
        everybody = demo_class(place, suite, everything=False)
        expected = {sample.student: expected_score(place.load(), suite, sample) for sample in everybody}
    made_up = [expected[student] for student in ("half-done", "many-mistakes", "copied-many-mistakes")]
    assert made_up == [2.0, 3.0, 3.0]  # the first of two checks; a mistake in the first of them


@pytest.mark.slow
def test_written_answers_are_varied_and_some_are_graded_by_hand(course: Course, tmp_path: Path) -> None:
    rewrite(
        course.assignment(NAME).folder / "notebook.py",
        "# Because a sum does not care where it starts.\n",
        "# 1. A sum does not care where it starts. Nor where it ends.\n# 2. It has no order.\n",
    )
    run(course, tmp_path / "demo")
    demo = Course((tmp_path / "demo").absolute()).assignment(NAME)
    data = gather(demo, answers=True)
    written = {row.student: row.answers.get("why", "") for row in data.rows}
    assert written["solution"] == "1. A sum does not care where it starts. Nor where it ends.\n2. It has no order."
    assert written["many-mistakes"] == "1. A sum does not care where it starts. Nor where it ends."
    assert written["copied-many-mistakes"] == written["many-mistakes"]
    assert written["half-done"] == "1. A sum does not care where it starts."
    assert written["untouched"] == written["damaged-not_json"] == ""
    waits = {row.student: row.pending for row in data.rows}
    assert [waits[student] for student in ("solution", "many-mistakes", "half-done", "untouched")] == [False] * 4
    assert waits["copied-many-mistakes"]
    earned = {row.student: row.marks[-1].earned for row in data.rows}
    assert (earned["solution"], earned["many-mistakes"], earned["untouched"]) == (1, 0.5, 0)
    page = demo.feedback("many-mistakes") / f"{NAME}.html"
    assert "answer all of the question" in page.read_text(encoding="utf-8")


@pytest.mark.slow
def test_it_ends_with_pages_to_look_at_that_exist(course: Course, tmp_path: Path) -> None:
    _, said = run(course, tmp_path / "demo")
    end = said.partition("What to look at:")[2]
    pages = re.findall(r"\S+\.html", end)
    assert len(pages) == 2
    assert all(Path(page).is_file() for page in pages)
    assert "written answers wait" in end


@pytest.mark.parametrize("content", [["thesis.tex"], [".git"], ["nbgrader_config.py", "gradebook.db"]])
def test_a_folder_it_did_not_make_is_left_alone(content: list[str], course: Course, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    for name in content:
        (folder / name).write_text("mine")
    with pytest.raises(
        CourseError, match="is not empty and was not created by `autograder demo`; choose another folder"
    ):
        run(course, folder)
    assert sorted(path.name for path in folder.iterdir()) == sorted(content)


def test_a_file_in_the_way_is_left_alone(course: Course, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    with pytest.raises(OSError, match="mine"):
        run(course, tmp_path / "mine")
    assert (tmp_path / "mine").read_text() == "mine"
