"""Building is deterministic, one way, and never loses an edit; nbgrader itself makes the release."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.authoring.build import build, import_notebook, stale
from autograder.course.layout import Course
from autograder.errors import AssignmentError, BuildError, CourseError, NotebookError
from autograder.nbgrader_bridge.converters import create_gradebook
from autograder.notebooks.conversion import from_notebook, notebook_text, to_notebook
from autograder.notebooks.percent import PercentCell

NAME = "a1_squares"
NOTEBOOK = '''\
# %% [markdown]
# # Squares


# %%
import numpy as np
# %matplotlib inline

# %% answer="square"
def square(x):
    """x times x."""
    ### BEGIN SOLUTION
    return x * x  # the secret
    ### END SOLUTION

# %% check="test_square" points=3
assert square(2) == 4

# %% [markdown] written="why" points=1.5
"""
Because 2 · 2 = 4, the other secret.
"""

# %% written="draw" points=2
print("anything")

# %% tags=["experiment"]
print(square(3))
'''
HIDDEN = "def test_negative(student):\n    'The hidden test.'\n"

Json = dict[str, Any]


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Course:
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path / "jupyter"))
    monkeypatch.setenv("PATH", "/nowhere")  # nothing may depend on the environment's bin being on PATH
    root = tmp_path / "course"
    folder = root / "assignments" / NAME
    (folder / "hidden_tests").mkdir(parents=True)
    shutil.copy(Path(__file__).parents[2] / "nbgrader_config.py", root)
    (folder / "notebook.py").write_text(NOTEBOOK, encoding="utf-8")
    (folder / "assignment.toml").write_text('title = "Squares"\nfiles = ["plots.py", "data/x.csv"]\n')
    (folder / "hidden_tests" / "test_square.py").write_text(HIDDEN)
    (folder / "plots.py").write_text("BLUE = 1\n")
    (folder / "data").mkdir()
    (folder / "data" / "x.csv").write_bytes(b"1,2\r\n")
    return Course(root)


def written(course: Course) -> Path:
    return course.assignments / NAME / "notebook.py"


def source(course: Course) -> Path:
    return course.source / NAME / f"{NAME}.ipynb"


def load(path: Path) -> Json:
    notebook: Json = json.loads(path.read_text(encoding="utf-8"))
    return notebook


def edit(path: Path, change: Callable[[Json], object]) -> None:
    notebook = load(path)
    change(notebook)
    path.write_text(json.dumps(notebook), encoding="utf-8")


def cell(notebook: Json, name: str) -> Json:
    return next(found for found in notebook["cells"] if found["id"] == name)


def snapshot(course: Course) -> dict[str, bytes]:
    rooms = (course.source, course.release, course.solutions)
    files = [path for room in rooms for path in room.rglob("*") if path.is_file()]
    return {path.relative_to(course.root).as_posix(): path.read_bytes() for path in files}


def rewrite(course: Course, old: str, new: str) -> None:
    text = written(course).read_text(encoding="utf-8")
    assert old in text
    written(course).write_text(text.replace(old, new), encoding="utf-8")


# Build


def test_a_build_fills_three_rooms_with_the_notebook_and_its_files(course: Course) -> None:
    assert build(course.assignment(NAME)) == [course.root / room / NAME for room in ("source", "release", "solutions")]
    names = (f"{NAME}.ipynb", "checks.py", "plots.py", "data/x.csv")
    assert set(snapshot(course)) == {f"{room}/{NAME}/{n}" for room in ("source", "release", "solutions") for n in names}
    assert (course.release / NAME / "data" / "x.csv").read_bytes() == b"1,2\r\n"


def test_the_source_says_to_nbgrader_what_each_cell_is(course: Course) -> None:
    build(course.assignment(NAME))
    found = {c["id"]: c["metadata"].get("nbgrader") for c in load(source(course))["cells"]}
    base = {"schema_version": 3, "task": False, "grade": False, "solution": False, "locked": False}
    assert found == {
        "prose-1": None,
        "setup-1": {**base, "grade_id": "setup-1", "locked": True},
        "square": {**base, "grade_id": "square", "solution": True},
        "test_square": {**base, "grade_id": "test_square", "grade": True, "locked": True, "points": 3},
        "why": {**base, "grade_id": "why", "grade": True, "solution": True, "points": 1.5},
        "draw": {**base, "grade_id": "draw", "grade": True, "solution": True, "points": 2},
        "experiment-1": None,
    }
    assert type(found["test_square"]["points"]) is int
    assert cell(load(source(course)), "experiment-1")["metadata"] == {"tags": ["experiment"]}


def test_run_all_goes_on_after_an_answer_or_a_check_that_fails(course: Course) -> None:
    build(course.assignment(NAME))
    for room in (course.source, course.release, course.solutions):
        cells = load(room / NAME / f"{NAME}.ipynb")["cells"]
        tagged = {c["id"] for c in cells if c["metadata"].get("tags") == ["raises-exception"]}
        assert tagged == {c["id"] for c in cells if "nbgrader" in c["metadata"] and c["cell_type"] == "code"} - {
            "setup-1"
        }


def test_every_built_notebook_is_valid_and_carries_nothing_of_this_machine(course: Course) -> None:
    build(course.assignment(NAME))
    for room in (course.source, course.release, course.solutions):
        notebook = load(room / NAME / f"{NAME}.ipynb")
        nbformat.validate(notebook)
        assert notebook["metadata"]["kernelspec"] == {
            "display_name": "Python 3",
            "language": "python",
            "name": "python3",
        }
        code = [c for c in notebook["cells"] if c["cell_type"] == "code"]
        assert all(c["outputs"] == [] and c["execution_count"] is None for c in code)
        assert str(course.root) not in json.dumps(notebook)


def test_the_release_has_stubs_for_answers_and_the_solution_has_them(course: Course) -> None:
    build(course.assignment(NAME))
    release, solution = (load(room / NAME / f"{NAME}.ipynb") for room in (course.release, course.solutions))
    stub = '    """x times x."""\n    # YOUR CODE HERE\n    raise NotImplementedError()'
    assert "".join(cell(release, "square")["source"]) == f"def square(x):\n{stub}"
    assert cell(release, "why")["source"] == ["YOUR ANSWER HERE"]
    assert "secret" not in json.dumps(release)
    assert "return x * x  # the secret" in "".join(cell(solution, "square")["source"])
    assert "the other secret" in "".join(cell(solution, "why")["source"])


def test_hidden_tests_are_in_no_built_file(course: Course) -> None:
    build(course.assignment(NAME))
    assert all(b"hidden test" not in content.lower() for content in snapshot(course).values())


def test_two_builds_are_byte_identical_here_and_in_another_folder(course: Course, tmp_path: Path) -> None:
    build(course.assignment(NAME))
    first = snapshot(course)
    build(course.assignment(NAME))
    assert snapshot(course) == first
    shutil.copytree(course.assignments, tmp_path / "else" / "assignments")
    shutil.copy(course.root / "nbgrader_config.py", tmp_path / "else")
    other = Course(tmp_path / "else")
    build(other.assignment(NAME))
    assert snapshot(other) == first


@pytest.mark.slow
def test_nbgraders_own_commands_make_the_same_bytes(course: Course) -> None:
    build(course.assignment(NAME))
    before = snapshot(course)
    program = "from nbgrader.apps.nbgraderapp import main; main()"
    for command in ("generate_assignment", "generate_solution"):
        subprocess.run(
            [sys.executable, "-c", program, command, NAME, "--force"],
            check=True,
            capture_output=True,
            cwd=course.root,
            env={**os.environ, "PATH": str(Path(sys.executable).parent)},
        )
    assert snapshot(course) == before


@pytest.mark.slow
def test_the_solution_passes_nbgrader_validate_and_the_release_does_not(course: Course) -> None:
    from nbgrader.validator import Validator

    build(course.assignment(NAME))
    for room, expected in ((course.solutions, {}), (course.release, {"failed"})):
        assert set(Validator().validate(str(room / NAME / f"{NAME}.ipynb"))) == set(expected)


def test_files_that_left_the_assignment_leave_the_rooms(course: Course) -> None:
    build(course.assignment(NAME))
    (course.assignments / NAME / "assignment.toml").write_text('title = "Squares"\n')
    build(course.assignment(NAME))
    assert {path.rpartition("/")[2] for path in snapshot(course)} == {f"{NAME}.ipynb", "checks.py"}


def test_the_gradebook_learns_the_cells_and_their_points(course: Course) -> None:
    from nbgrader.api import Gradebook

    build(course.assignment(NAME))
    with Gradebook(course.db_url) as gradebook:
        notebook = gradebook.find_notebook(NAME, NAME)
        assert {c.name: c.max_score for c in notebook.grade_cells} == {"test_square": 3, "why": 1.5, "draw": 2}
        assert {c.name for c in notebook.source_cells} == {"setup-1", "square", "test_square", "why", "draw"}


# What stops a build


def test_an_edit_in_the_source_stops_a_build_until_it_is_forced(course: Course) -> None:
    build(course.assignment(NAME))
    edit(source(course), lambda nb: cell(nb, "test_square").update(source="assert square(3) == 9"))
    before = snapshot(course)
    message = rf"{NAME}\.ipynb was edited by hand: .*`autograder import .*\.ipynb`, .*`autograder build {NAME} --force`"
    with pytest.raises(BuildError, match=message):
        build(course.assignment(NAME))
    assert snapshot(course) == before
    build(course.assignment(NAME), force=True)
    assert "".join(cell(load(source(course)), "test_square")["source"]) == "assert square(2) == 4"


@pytest.mark.parametrize(
    "change",
    [
        lambda nb: cell(nb, "test_square")["metadata"]["nbgrader"].update(points=4),
        lambda nb: nb["cells"].pop(),
        lambda nb: nb["cells"].reverse(),
        lambda nb: cell(nb, "experiment-1")["metadata"].clear(),
        lambda nb: cell(nb, "prose-1").update(cell_type="raw"),
        lambda nb: nb["metadata"].pop("chainrule"),
        lambda nb: nb["metadata"].update(chainrule="x"),
        lambda nb: nb.update(nbformat=3),
    ],
)
def test_any_change_that_a_build_would_lose_counts_as_an_edit(course: Course, change: Callable[[Json], object]) -> None:
    build(course.assignment(NAME))
    rewrite(course, "# # Squares", "# # More squares")
    edit(source(course), change)
    with pytest.raises(BuildError, match="was edited by hand"):
        build(course.assignment(NAME))


def test_running_the_source_in_jupyter_is_no_edit(course: Course) -> None:
    def run(nb: Json) -> None:
        stream = {"output_type": "stream", "name": "stdout", "text": "9"}
        cell(nb, "experiment-1").update(outputs=[stream], execution_count=3)
        cell(nb, "square")["metadata"]["collapsed"] = True
        nb["metadata"]["language_info"]["version"] = "3.12.1"

    build(course.assignment(NAME))
    first = snapshot(course)
    edit(source(course), run)
    (course.source / NAME / ".ipynb_checkpoints").mkdir()
    (course.source / NAME / ".ipynb_checkpoints" / "x.ipynb").write_text("")
    build(course.assignment(NAME))
    assert snapshot(course) == first


def test_a_file_put_into_the_source_by_hand_is_not_lost(course: Course) -> None:
    build(course.assignment(NAME))
    (course.source / NAME / "notes.txt").write_text("precious")
    with pytest.raises(BuildError, match=r"notes\.txt is not built and would be lost: move it to .* or discard it"):
        build(course.assignment(NAME))
    assert (course.source / NAME / "notes.txt").read_text() == "precious"


def test_a_classic_assignment_of_the_same_name_is_not_overwritten(course: Course) -> None:
    (course.source / NAME).mkdir(parents=True)
    (course.source / NAME / "problem1.ipynb").write_text("{}")
    with pytest.raises(BuildError, match=r"problem1\.ipynb is not built and would be lost"):
        build(course.assignment(NAME))


def test_a_failed_build_leaves_the_rooms_as_they_were(course: Course) -> None:
    build(course.assignment(NAME))
    before = snapshot(course)
    with (course.root / "nbgrader_config.py").open("a") as config:
        config.write("\nc.ClearSolutions.code_stub = {}\n")
    rewrite(course, "# # Squares", "# # Broken")
    broken = Course(course.root)
    with pytest.raises(BuildError, match=rf"nbgrader cannot generate '{NAME}': ValueError: language 'python' has not"):
        build(broken.assignment(NAME))
    assert snapshot(course) == before


def test_a_first_build_that_fails_leaves_nothing(course: Course) -> None:
    with (course.root / "nbgrader_config.py").open("a") as config:
        config.write("\nc.ClearSolutions.code_stub = {}\n")
    with pytest.raises(BuildError):
        build(course.assignment(NAME))
    assert snapshot(course) == {}


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # nbgrader's add_submission, about itself
def test_graded_cells_cannot_change_once_there_are_submissions(course: Course) -> None:
    from nbgrader.api import Gradebook

    build(course.assignment(NAME))
    with Gradebook(course.db_url) as gradebook:
        gradebook.add_student("ada")
        gradebook.add_submission(NAME, "ada")
    rewrite(course, "assert square(2) == 4", "assert square(3) == 9")
    build(course.assignment(NAME))  # the text of a cell may change
    before = snapshot(course)
    rewrite(course, 'written="draw"', 'written="paint"')
    message = rf"'{NAME}' has submissions in the gradebook, and this build adds 'paint' and removes 'draw': keep"
    with pytest.raises(BuildError, match=message):
        build(course.assignment(NAME))
    assert snapshot(course) == before


@pytest.mark.parametrize("make", [build, stale])
def test_a_hidden_test_that_is_not_supported_builds_nothing(course: Course, make: Callable[..., object]) -> None:
    hidden = course.assignments / NAME / "hidden_tests" / "test_square.py"
    hidden.write_text("import no_such_module, pytest\n\n@pytest.mark.skip\n" + HIDDEN)
    with pytest.raises(AssignmentError, match=rf"{hidden}:3: @pytest\.mark\.skip is not supported in hidden tests"):
        make(course.assignment(NAME))
    assert snapshot(course) == {}


def test_a_wrong_name_or_a_broken_assignment_builds_nothing(course: Course) -> None:
    with pytest.raises(CourseError, match=r"did you mean 'a1_squares'\?"):
        build(course.assignment("a1_square"))
    rewrite(course, " points=3", "")
    with pytest.raises(AssignmentError, match="has no points"):
        build(course.assignment(NAME))
    assert snapshot(course) == {}


def test_a_gradebook_that_cannot_be_opened_is_named_without_its_password(course: Course) -> None:
    with pytest.raises(CourseError, match=r"the gradebook 'sqlite:////nowhere/g\.db' cannot be opened"):
        create_gradebook("sqlite:////nowhere/g.db")
    with pytest.raises(CourseError, match=r"the gradebook 'unknown://me:\*\*\*@host/g' cannot be opened"):
        create_gradebook("unknown://me:secret@host/g")


@pytest.mark.slow
def test_our_gradebook_is_the_one_nbgrader_makes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sqlalchemy
    from nbgrader.api import Gradebook

    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
    created, stock = (f"sqlite:///{tmp_path / name}.db" for name in ("created", "stock"))
    create_gradebook(created)
    create_gradebook(created)  # the second time changes nothing
    Gradebook(stock).close()
    tables = []
    for url in (created, stock):
        engine = sqlalchemy.create_engine(url)
        with engine.connect() as connection:
            schema = connection.execute(sqlalchemy.text("SELECT sql FROM sqlite_master")).fetchall()
            version = connection.execute(sqlalchemy.text("SELECT version_num FROM alembic_version")).fetchall()
        engine.dispose()
        tables.append((sorted(str(row) for row in schema), version))
    assert tables[0] == tables[1]


# Stale


def test_a_fresh_build_is_not_stale_and_asking_writes_nothing(course: Course) -> None:
    build(course.assignment(NAME))
    before = {path: path.stat().st_mtime_ns for path in course.root.rglob("*")}
    assert stale(course.assignment(NAME)) == []
    assert {path: path.stat().st_mtime_ns for path in course.root.rglob("*")} == before


def test_what_was_never_built_is_stale(course: Course) -> None:
    assert len(stale(course.assignment(NAME))) == 12
    assert not (course.root / "gradebook.db").exists()


def test_stale_files_are_named_whatever_made_them_so(course: Course) -> None:
    build(course.assignment(NAME))
    release = course.release / NAME
    (release / "extra.txt").write_text("")
    (release / "plots.py").unlink()
    (course.solutions / NAME / "data" / "x.csv").write_text("3")
    assert stale(course.assignment(NAME)) == [
        release / "extra.txt",
        release / "plots.py",
        course.solutions / NAME / "data/x.csv",
    ]
    build(course.assignment(NAME))
    rewrite(course, "x * x", "x**2")
    assert [path.parent.parent.name for path in stale(course.assignment(NAME))] == ["source", "release", "solutions"]


# Import


def test_importing_an_unedited_source_changes_no_byte(course: Course) -> None:
    text = "# ---\n# jupyter:\n#   jupytext:\n#     formats: py:percent\n# ---\n\n" + NOTEBOOK
    written(course).write_text(text, encoding="utf-8")
    build(course.assignment(NAME))
    assert import_notebook(course, source(course)) == written(course)
    assert written(course).read_text(encoding="utf-8") == text


def test_an_imported_edit_touches_its_own_cell_only(course: Course) -> None:
    build(course.assignment(NAME))
    edit(source(course), lambda nb: cell(nb, "test_square").update(source="assert square(3) == 9\n"))
    import_notebook(course, source(course))
    assert written(course).read_text(encoding="utf-8") == NOTEBOOK.replace("square(2) == 4", "square(3) == 9")
    build(course.assignment(NAME))
    assert stale(course.assignment(NAME)) == []


def test_added_removed_and_moved_cells_are_imported(course: Course) -> None:
    def change(nb: Json) -> None:
        moved = nb["cells"].pop(1)
        del nb["cells"][-1]
        new = {"cell_type": "code", "id": "x", "metadata": {}, "source": "y = 1", "outputs": [], "execution_count": 1}
        nb["cells"] += [moved, new]

    build(course.assignment(NAME))
    edit(source(course), change)
    import_notebook(course, source(course))
    text = written(course).read_text(encoding="utf-8")
    assert text.endswith("# %%\nimport numpy as np\n# %matplotlib inline\n\n# %%\ny = 1\n")
    assert "experiment" not in text
    build(course.assignment(NAME))
    assert stale(course.assignment(NAME)) == []


def test_an_edited_file_beside_the_notebook_is_imported_too(course: Course) -> None:
    build(course.assignment(NAME))
    (course.source / NAME / "plots.py").write_text("BLUE = 2\n")
    with pytest.raises(BuildError, match="was edited by hand"):
        build(course.assignment(NAME))
    import_notebook(course, source(course))
    assert (course.assignments / NAME / "plots.py").read_text() == "BLUE = 2\n"
    build(course.assignment(NAME))


def test_an_import_does_not_overwrite_a_newer_notebook_py(course: Course) -> None:
    build(course.assignment(NAME))
    edit(source(course), lambda nb: cell(nb, "test_square").update(source="assert square(3) == 9"))
    rewrite(course, "# # Squares", "# # New title")
    with pytest.raises(BuildError, match=r"notebook\.py changed since .*\.ipynb was built, and importing would lose"):
        import_notebook(course, source(course))
    assert "New title" in written(course).read_text(encoding="utf-8")
    import_notebook(course, source(course), force=True)
    assert "New title" not in written(course).read_text(encoding="utf-8")


def test_an_import_can_replace_a_notebook_py_that_cannot_be_read(course: Course) -> None:
    build(course.assignment(NAME))
    written(course).write_text("garbage\n")
    with pytest.raises(AssignmentError, match=r"notebook\.py:1: 'garbage' comes before"):
        import_notebook(course, source(course))
    import_notebook(course, source(course), force=True)
    assert stale(course.assignment(NAME)) == []
    written(course).unlink()
    import_notebook(course, source(course))
    assert stale(course.assignment(NAME)) == []


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (lambda nb: cell(nb, "why")["metadata"]["nbgrader"].update(task=True), NotebookError, r"cell 5 is a manually"),
        (lambda nb: cell(nb, "prose-1").update(cell_type="raw"), NotebookError, r"cell 1 is a raw cell; make it code"),
        (lambda nb: cell(nb, "prose-1").update(attachments={"a": {}}), NotebookError, r"cell 1 has an attachment"),
        (
            lambda nb: cell(nb, "setup-1").update(cell_type="markdown"),
            NotebookError,
            r"cell 2 is a read-only markdown cell",
        ),
        (lambda nb: cell(nb, "setup-1").pop("source"), NotebookError, r"has a cell without source or metadata"),
        (lambda nb: nb.update(nbformat=3), NotebookError, r"is not a notebook of format 4; open it in Jupyter"),
        (lambda nb: nb.update(cells=None), NotebookError, r"has a cell without source"),
        (lambda nb: cell(nb, "square").update(source="x"), AssignmentError, r"\.ipynb:3: answer='square' has no ###"),
        (
            lambda nb: cell(nb, "square")["metadata"]["nbgrader"].pop("grade_id"),
            AssignmentError,
            r"answer=None must be",
        ),
        (
            lambda nb: cell(nb, "setup-1").update(source="# %% a"),
            AssignmentError,
            r"cannot be written in percent format",
        ),
    ],
)
def test_what_notebook_py_cannot_say_is_not_imported(
    course: Course, change: Callable[[Json], object], error: type[Exception], message: str
) -> None:
    build(course.assignment(NAME))
    edit(source(course), change)
    with pytest.raises(error, match=message):
        import_notebook(course, source(course))
    assert written(course).read_text(encoding="utf-8") == NOTEBOOK


def test_a_notebook_that_is_no_json_or_no_assignments_is_not_imported(course: Course, tmp_path: Path) -> None:
    with pytest.raises(NotebookError, match=r"a1_squares\.ipynb cannot be read as a notebook: .*No such file"):
        import_notebook(course, source(course))
    (tmp_path / f"{NAME}.ipynb").write_text("{")
    with pytest.raises(NotebookError, match="cannot be read as a notebook: Expecting property name"):
        import_notebook(course, tmp_path / f"{NAME}.ipynb")
    with pytest.raises(CourseError, match="no assignment 'other'"):
        import_notebook(course, tmp_path / "other.ipynb")


SOURCES = st.text(st.characters(codec="utf-8"), max_size=40)
CELLS = st.one_of(
    st.builds(PercentCell, st.sampled_from(["code", "markdown"]), SOURCES),
    st.builds(PercentCell, st.just("code"), SOURCES, st.sampled_from([{"answer": "f"}, {"tags": ["experiment"]}])),
    st.builds(PercentCell, st.just("code"), SOURCES, st.sampled_from([{"check": "test_f", "points": 3}])),
    st.builds(PercentCell, st.just("markdown"), SOURCES, st.sampled_from([{"written": "why", "points": 0.5}])),
)


@given(st.lists(CELLS, max_size=5))
def test_cells_survive_the_notebook(cells: list[PercentCell]) -> None:
    assert from_notebook(json.loads(notebook_text(to_notebook(cells, ""))), "x") == cells
