"""A made-up class: who is in it, and what each must earn, follows from the assignment's folder alone."""

from pathlib import Path

from course_fixtures import ANSWERS, NAME, released

from autograder.authoring.sample_class import (
    Student,
    answered,
    broken_tests,
    copy_course,
    expected_score,
    plain,
    submit,
)
from autograder.course.layout import Course
from autograder.notebooks import ipynb as nb
from autograder.testing.suite import Suite


def test_the_class_is_every_variant_and_every_kind_of_broken_file(built: Course) -> None:
    assignment = built.assignment(NAME).load()
    students = [*samples(built, assignment), *damaged_samples(built, assignment)]
    ids = [student.id for student in students]
    assert len(set(ids)) == len(ids)
    assert {"solution", "untouched", "wrong-triples", "wrong-sorts_in_place", "right-power"} < set(ids)
    assert all(student.claim for student in students)


def test_wanted_scores_follow_from_the_hidden_tests_and_their_weights(built: Course) -> None:
    assignment = built.assignment(NAME).load()
    students = {student.id: student for student in samples(built, assignment)}
    with Suite(assignment.hidden_tests) as suite:
        wanted = {name: expected_score(assignment, suite, student) for name, student in students.items()}
    assert wanted == {
        "solution": 5.0,
        "untouched": 0.0,
        "wrong-triples": 3.0,
        "wrong-sorts_in_place": 4.0,
        "right-power": 5.0,
    }


def test_a_copied_course_has_a_gradebook_and_an_assignment_of_its_own(course: Course, tmp_path: Path) -> None:
    (course.assignment(NAME).folder / "__pycache__").mkdir()
    copied = copy_course(course, tmp_path / "copy", [NAME])
    assert (copied.root / "gradebook.db").is_file()
    assert (copied.release / NAME / f"{NAME}.ipynb").read_bytes() == (
        course.release / NAME / f"{NAME}.ipynb"
    ).read_bytes()
    assert not (copied.assignment(NAME).folder / "__pycache__").exists()


def test_hidden_tests_that_were_not_run_count_as_broken() -> None:
    verdicts = [{"test": name, "status": name} for name in ("passed", "failed", Status.ERROR)]
    record = {"notebooks": {"x": {"checks": [{"verdicts": verdicts}]}}}
    assert broken_tests(record) == {"failed", Status.ERROR}
    assert plain(broken_tests(record)) == "failed, not run"


def test_answers_go_into_the_cells_of_their_names_and_nowhere_else(built: Course) -> None:
    release = released(built)
    filled = answered(release, ANSWERS)
    changed = {new["id"] for old, new in zip(release["cells"], filled["cells"], strict=True) if old != new}
    assert changed == set(ANSWERS)
    assert release == released(built), "the release that came in is not changed"


def test_a_submission_lies_where_nbgrader_collects_it(course: Course) -> None:
    submit(course, NAME, Student("ada", "Hands in nothing.", b"{}"))
    assert (course.submitted / "ada" / NAME / f"{NAME}.ipynb").read_bytes() == b"{}"


def test_broken_notebooks_are_notebooks_but_for_the_one_that_is_not(built: Course) -> None:
    for student in damaged_samples(built, built.assignment(NAME).load()):
        if student.id != "broken-not_json":
            assert nb.parse(student.data)["cells"]
            assert student.fails == frozenset()
