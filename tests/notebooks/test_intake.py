"""The release decides what a cell is, the student what it says."""

import copy
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from course_fixtures import (
    ANSWERS,
    NAME,
    Json,
    cell_of,
    code,
    hand_in,
    markdown,
    released,
    rewrite,
    solved,
    with_cells,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.course.layout import Course
from autograder.errors import CourseError, NotebookError
from autograder.grading.templates import load_template
from autograder.notebooks import intake
from autograder.notebooks import ipynb as nb
from autograder.notebooks.intake import Submission, Template

CHECKS = ("test_square", "test_total")


@pytest.fixture(scope="module")
def template(built: Course) -> Template:
    return load_template(built.assignment(NAME), NAME)


def merged(notebook: Json, template: Template) -> Submission:
    return intake.merge(nb.parse(json.dumps(notebook).encode())["cells"], template)


def sources(submission: Submission) -> dict[str, str]:
    return {cell.grade_id or cell.id: cell.source for cell in submission.cells}


def order(submission: Submission) -> list[str]:
    return [cell.grade_id or cell.source for cell in submission.cells if cell.kind == "code"]


def test_the_answers_are_the_students_and_everything_locked_is_the_courses(built: Course, template: Template) -> None:
    submission = merged(solved(built), template)
    found = sources(submission)
    original = sources(merged(released(built), template))
    assert {name: found[name] for name in ANSWERS} == ANSWERS
    assert {name: found[name] for name in (*CHECKS, "setup-1")} == {
        name: original[name] for name in (*CHECKS, "setup-1")
    }
    assert submission.notes == ()
    assert submission.problem == ""


def test_the_roles_say_what_runs(built: Course, template: Template) -> None:
    submission = merged(solved(built), template)
    assert {cell.id: (cell.role, cell.runs) for cell in submission.cells if cell.kind == "code"} == {
        "setup-1": ("setup", True),
        "square": ("answer", True),
        "test_square": ("check", True),
        "total": ("answer", True),
        "test_total": ("check", True),
        "cell-7": ("experiment", False),
    }
    assert next(cell for cell in submission.cells if cell.id == "why").role == "written"


@pytest.mark.parametrize("name", [*CHECKS, "setup-1"])
def test_an_edited_locked_cell_is_restored(name: str, built: Course, template: Template) -> None:
    notebook = solved(built)
    cell_of(notebook, name)["source"] = "limit = 'edited'"
    assert sources(merged(notebook, template)) == sources(merged(solved(built), template))


@pytest.mark.parametrize("name", [*CHECKS, "setup-1"])
def test_a_deleted_locked_cell_is_back_and_noted(name: str, built: Course, template: Template) -> None:
    notebook = solved(built)
    notebook["cells"].remove(cell_of(notebook, name))
    submission = merged(notebook, template)
    assert [cell for cell in submission.cells if cell.grade_id == name] == [
        cell for cell in template.cells if cell.grade_id == name
    ]
    assert submission.notes == (f"cell {name!r} was deleted",)


def test_a_deleted_answer_says_so_in_its_place(built: Course, template: Template) -> None:
    notebook = solved(built)
    for name in ("square", "why"):
        notebook["cells"].remove(cell_of(notebook, name))
    submission = merged(notebook, template)
    assert sources(submission)["square"] == "# This cell was deleted from the submission."
    assert sources(submission)["why"] == "This cell was deleted from the submission."
    assert submission.notes == ("cell 'square' was deleted", "cell 'why' was deleted")


def test_of_a_cell_that_stands_there_twice_the_first_counts(built: Course, template: Template) -> None:
    twin = copy.deepcopy(cell_of(solved(built), "square")) | {"id": "other", "source": "def square(x): return 0"}
    submission = merged(with_cells(solved(built), twin), template)
    assert sources(submission)["square"] == ANSWERS["square"]
    assert "cell 'square' occurs more than once; the first one counts" in submission.notes


def test_a_second_check_cell_of_the_same_name_is_not_graded(built: Course, template: Template) -> None:
    twin = copy.deepcopy(cell_of(solved(built), "test_square"))
    submission = merged(with_cells(solved(built), twin), template)
    assert [cell.grade_id for cell in submission.cells].count("test_square") == 1


def test_cells_run_in_the_order_of_the_course_whatever_the_student_did(built: Course, template: Template) -> None:
    notebook = solved(built)
    notebook["cells"].reverse()
    submission = merged(notebook, template)
    graded = [cell.grade_id for cell in submission.cells if cell.grade_id]
    assert graded == [cell.grade_id for cell in template.cells]
    assert submission.notes == ()


def test_a_students_own_cell_stays_behind_the_cell_it_followed(built: Course, template: Template) -> None:
    notebook = with_cells(solved(built), code("helper = 1"), code("more = 2"), after="square")
    notebook["cells"].insert(0, code("first = 0"))
    assert order(merged(notebook, template))[:5] == ["first = 0", "setup-1", "square", "helper = 1", "more = 2"]


def test_changed_points_types_tags_and_metadata_change_nothing(built: Course, template: Template) -> None:
    notebook = solved(built)
    for cell in notebook["cells"]:
        cell["metadata"].setdefault("tags", []).append("skip-execution")
        if "nbgrader" in cell["metadata"]:
            cell["metadata"]["nbgrader"] |= {
                "points": 1000,
                "grade": False,
                "solution": True,
                "locked": False,
                "task": True,
                "cell_type": "markdown",
            }
            cell["cell_type"] = "raw"
    submission = merged(notebook, template)
    plain = merged(solved(built), template)
    assert [c for c in submission.cells if c.grade_id] == [c for c in plain.cells if c.grade_id]
    assert all(cell.runs for cell in submission.cells if cell.grade_id and cell.kind == "code")


def test_without_nbgraders_metadata_the_cell_ids_name_the_answers(built: Course, template: Template) -> None:
    notebook = solved(built)
    for cell in notebook["cells"]:
        cell["metadata"] = {}
    submission = merged(notebook, template)
    assert {name: sources(submission)[name] for name in ANSWERS} == ANSWERS
    assert submission.notes == ()


def test_outputs_kernel_and_execution_counts_are_not_looked_at(built: Course, template: Template) -> None:
    notebook = solved(built) | {"metadata": {"kernelspec": {"name": "R", "language": "R", "display_name": "R"}}}
    for cell in notebook["cells"]:
        cell |= {"outputs": "garbage", "execution_count": "none", "attachments": 3}
    assert merged(notebook, template).cells == merged(solved(built), template).cells


def test_words_become_markdown_and_a_raw_cell_is_one_of_them(built: Course, template: Template) -> None:
    submission = merged(with_cells(solved(built), markdown("raw", cell_type="raw")), template)
    assert [cell.kind for cell in submission.cells if cell.source == "raw"] == ["markdown"]


def test_two_gradings_of_the_same_cells_give_the_same_ids(built: Course, template: Template) -> None:
    notebook = with_cells(solved(built), code("a", id="x"), code("b", id="x"))
    ids = [cell.id for cell in merged(notebook, template).cells]
    assert len(set(ids)) == len(ids)
    assert ids == [cell.id for cell in merged(notebook, template).cells]


def test_a_students_cell_cannot_take_the_id_of_a_cell_of_the_course(built: Course, template: Template) -> None:
    submission = merged(with_cells(solved(built), code("limit = 1", id="setup-1")), template)
    assert [cell.source for cell in submission.cells if cell.id == "setup-1"] == [
        cell.source for cell in template.cells if cell.id == "setup-1"
    ]


METADATA = st.dictionaries(st.sampled_from(["nbgrader", "tags", "x"]), st.none() | st.integers() | st.lists(st.text()))


@given(
    cells=st.lists(
        st.fixed_dictionaries(
            {
                "cell_type": st.sampled_from(["code", "markdown", "raw"]),
                "source": st.text(max_size=5),
                "metadata": METADATA
                | st.fixed_dictionaries(
                    {"nbgrader": st.fixed_dictionaries({"grade_id": st.sampled_from(["square", "why", "test_total"])})}
                ),
                "id": st.sampled_from(["square", "total", "why", "cell-1", "cell-2", "zz"]) | st.integers(),
            }
        ),
        max_size=8,
    )
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_the_cells_every_cell_of_the_course_is_there_once(cells: list[Json], template: Template) -> None:
    submission = intake.merge(cells, template)
    assert [c.grade_id for c in submission.cells if c.grade_id] == [c.grade_id for c in template.cells]
    assert len({c.id for c in submission.cells}) == len(submission.cells)
    locked = [c for c in submission.cells if c.role in ("setup", "check")]
    assert locked == [c for c in template.cells if c.role in ("setup", "check")]


# Files


def unreadable(path: Path, template: Template) -> str:
    submission = intake.read(path, template)
    assert [cell.grade_id for cell in submission.cells if cell.grade_id] == [cell.grade_id for cell in template.cells]
    assert submission.notes == ()
    return submission.problem


def test_a_readable_file_has_no_problem(course: Course, template: Template) -> None:
    submission = intake.read(hand_in(course, "ada", solved(course)), template)
    assert submission.problem == ""
    assert sources(submission)["square"] == ANSWERS["square"]


@pytest.mark.parametrize("data", [b"", b"not json", b"[]", b'{"nbformat": 3, "cells": []}', b"[" * 10**5])
def test_a_file_that_is_no_notebook_is_shown_as_the_release_with_a_problem(
    data: bytes, course: Course, template: Template
) -> None:
    assert unreadable(hand_in(course, "ada", data), template)


def test_a_missing_notebook_is_told_that_it_must_keep_its_name(course: Course, template: Template) -> None:
    path = hand_in(course, "ada", b"x")
    path.rename(path.with_name("final_final.ipynb"))
    assert unreadable(path, template) == f"there is no {NAME}.ipynb; submit the notebook under this name"


def test_a_directory_with_the_notebooks_name_is_no_file(course: Course, template: Template) -> None:
    path = course.submitted / "ada" / NAME / f"{NAME}.ipynb"
    path.mkdir(parents=True)
    assert unreadable(path, template) == f"{NAME}.ipynb is not a file"


def test_a_pipe_is_not_waited_for(course: Course, template: Template) -> None:
    path = hand_in(course, "ada", b"")
    path.unlink()
    os.mkfifo(path)
    assert unreadable(path, template) == f"{NAME}.ipynb is not a file"


def test_a_symbolic_link_is_not_followed(course: Course, template: Template) -> None:
    path = hand_in(course, "ada", b"")
    path.unlink()
    path.symlink_to(course.root / "gradebook.db")
    assert "symbolic link" in unreadable(path, template)


def test_a_huge_file_is_not_read(course: Course, template: Template) -> None:
    path = hand_in(course, "ada", b"{")
    os.truncate(path, nb.MAX_BYTES + 1)  # sparse: it takes no room
    assert "larger than 32 MB" in unreadable(path, template)


@pytest.mark.parametrize("value", ['{"":0}', "[]", "1"])
def test_a_file_of_millions_of_tiny_values_is_not_parsed(course: Course, template: Template, value: str) -> None:
    """Each value takes many times its size in memory."""
    many = ",".join([value] * 1_000_000 * (2 if value == "1" else 1))
    path = hand_in(course, "ada", f'{{"nbformat": 4, "cells": [], "metadata": [{many}]}}'.encode())
    assert "too many values" in unreadable(path, template)


def test_a_file_that_may_not_be_read_says_so(
    course: Course, template: Template, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = hand_in(course, "ada", solved(course))

    def refuse(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert unreadable(path, template) == "the file cannot be read (Permission denied)"


# The template


def test_an_unbuilt_assignment_says_to_build_it(course: Course) -> None:
    (course.release / NAME / f"{NAME}.ipynb").unlink()
    with pytest.raises(CourseError, match=f"run `autograder build {NAME}`"):
        load_template(course.assignment(NAME), NAME)


def test_hidden_regions_of_a_classic_check_come_from_the_source(course: Course) -> None:
    rewrite(course.source / NAME / f"{NAME}.ipynb", "assert square(3) == 9", "assert square(4) == 16")
    template = load_template(course.assignment(NAME), NAME)
    check = next(cell for cell in template.cells if cell.grade_id == "test_square")
    assert "square(4)" in check.source
    assert "square(3)" in check.stub


def test_in_a_notebook_of_plain_nbgrader_an_experiment_is_a_cell_like_others(built: Course, template: Template) -> None:
    classic = replace(template, is_classic=True)
    assert {cell.id: cell.runs for cell in merged(solved(built), classic).cells}["cell-7"]
    skipped = solved(built)
    skipped["cells"][6]["metadata"]["tags"] = [nb.SKIPPED]
    assert not {cell.id: cell.runs for cell in merged(skipped, classic).cells}["cell-7"]


def test_students_files_are_read_for_plain_nbgrader_only_and_never_in_place_of_the_courses(
    course: Course, template: Template
) -> None:
    path = hand_in(course, "ada", solved(course))
    for name in ("own.txt", "limit.txt"):
        (path.parent / name).write_text("mine")
    assert intake.read(path, template).files == {}
    classic = replace(template, is_classic=True, course_files=frozenset({"limit.txt"}))
    assert intake.read(path, classic).files.keys() == {path.name, "own.txt"}


def test_a_release_is_untouched_until_an_answer_changes_or_code_is_added(built: Course, template: Template) -> None:
    def untouched(notebook: Json) -> bool:
        return intake.merge(notebook["cells"], template).untouched

    assert untouched(released(built))
    assert untouched(with_cells(released(built), markdown("a note to myself")))
    assert not untouched(with_cells(released(built), code("1 + 1")))
    assert not untouched(solved(built, why="YOUR ANSWER HERE"))
    changed = released(built)
    cell_of(changed, "why")["source"] = "Because."
    assert not untouched(changed)


def test_a_missing_notebook_of_the_course_is_named_once(tmp_path: Path) -> None:
    path = tmp_path / "a1.ipynb"
    with pytest.raises(NotebookError) as error:
        intake.read_file(path)
    assert str(error.value) == f"{str(path)!r} cannot be read (No such file or directory)"
