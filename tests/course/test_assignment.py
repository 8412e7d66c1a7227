"""An assignment folder: what it gives, and the sentence for every way to break it."""

from pathlib import Path

import pytest

from autograder.course.assignment import Assignment, Check, Variant, WrittenAnswer
from autograder.course.settings import Limits
from autograder.errors import AssignmentError
from autograder.notebooks.roles import cell_ids, role

NOTEBOOK = """\
# %% [markdown]
# # Squares

# %%
import numpy as np

# %% answer="square"
def square(x):
    ### BEGIN SOLUTION
    return x * x
    ### END SOLUTION

# %% check="test_square" points=3
assert square(2) == 4

# %% [markdown] written="why" points=1.5
# Because.

# %% tags=["experiment"]
print(square(3))
"""
SETTINGS = 'title = "Squares"\n'
WRONG = """\
# %% [markdown] fails=["test_square::test_negative"]
# Forgets the sign.

# %% answer="square"
def square(x):
    return abs(x) * x
"""
RIGHT = """\
# %% [markdown]
# Uses the power operator.

# %% answer="square"
square = lambda x: x ** 2
"""


def make(root: Path, notebook: str = NOTEBOOK, settings: str = SETTINGS, **variants: str) -> Path:
    folder = root / "a1_squares"
    folder.mkdir()
    (folder / "notebook.py").write_text(notebook, encoding="utf-8")
    (folder / "assignment.toml").write_text(settings, encoding="utf-8")
    for kind, text in variants.items():
        (folder / kind).mkdir()
        (folder / kind / "one.py").write_text(text, encoding="utf-8")
    return folder


def test_a_folder_becomes_an_assignment(tmp_path: Path) -> None:
    folder = make(tmp_path)
    assignment = Assignment.load(folder)
    assert (assignment.name, assignment.settings.title, assignment.settings.device) == ("a1_squares", "Squares", "cpu")
    assert assignment.checks == (Check("test_square", 3, folder / "hidden_tests" / "test_square.py"),)
    assert assignment.written_answers == (WrittenAnswer("why", 1.5),)
    assert list(assignment.answers) == ["square"]
    assert "return x * x" in assignment.answers["square"]
    assert assignment.hidden_tests == folder / "hidden_tests"
    assert (assignment.settings.lectures, assignment.settings.libraries, assignment.settings.files) == ((), (), ())
    assert assignment.wrong_answers() == assignment.right_answers() == ()


def test_every_cell_has_a_role_and_an_id_that_editing_its_text_keeps(tmp_path: Path) -> None:
    cells = Assignment.load(make(tmp_path)).cells
    assert [role(cell) for cell in cells] == ["prose", "setup", "answer", "check", "written", "experiment"]
    ids = ["prose-1", "setup-1", "square", "test_square", "why", "experiment-1"]
    assert cell_ids(cells) == ids
    (tmp_path / "a1_squares" / "notebook.py").write_text(NOTEBOOK.replace("as np", "as npy"))
    assert cell_ids(Assignment.load(tmp_path / "a1_squares").cells) == ids


def test_settings_are_read_and_limits_have_defaults(tmp_path: Path) -> None:
    settings = (
        'title = "Squares"\nlectures = ["000: squares"]\nlibraries = ["numpy", "matplotlib.pyplot"]\n'
        'files = ["plots.py"]\ndevice = "cuda"\n[limits]\ncell_seconds = 3\nmemory_mb = 512\n'
    )
    folder = make(tmp_path, settings=settings)
    (folder / "plots.py").write_text("")
    assignment = Assignment.load(folder)
    assert assignment.settings.lectures == ("000: squares",)
    assert assignment.settings.libraries == ("numpy", "matplotlib.pyplot")
    assert assignment.settings.files == ("plots.py",)
    assert assignment.settings.device == "cuda"
    assert assignment.settings.limits == Limits(cell_seconds=3.0, memory_mb=512)
    assert type(assignment.settings.limits.cell_seconds) is float
    assert Limits() == Limits(10.0, 2.0, 120.0, memory_mb=2048, disk_mb=256, output_kb=256, processes=64)


def test_variants_carry_their_claim_and_the_hidden_tests_they_break(tmp_path: Path) -> None:
    assignment = Assignment.load(make(tmp_path, wrong_answers=WRONG, right_answers=RIGHT))
    test = "test_square::test_negative"
    wrong = {"square": "def square(x):\n    return abs(x) * x"}
    assert assignment.wrong_answers() == (Variant("one", "Forgets the sign.", wrong, frozenset({test})),)
    right = {"square": "square = lambda x: x ** 2"}
    assert assignment.right_answers() == (Variant("one", "Uses the power operator.", right, frozenset()),)


@pytest.mark.parametrize("name", ["1a", "a-b", "a b", "a+b", "", "ä", "_a"])
def test_a_name_that_nbgrader_or_python_would_stumble_over_is_refused(name: str) -> None:
    with pytest.raises(AssignmentError, match="is not a valid assignment name: use letters"):
        Assignment.load(Path("/course/assignments", name) if name else Path())


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            'answer="square"',
            'answer="square" points=3',
            r":7: 'points' is not allowed .* \(answer\), which takes answer",
        ),
        ("points=3", "pionts=3", r":13: 'pionts' is not allowed .* which takes check, points"),
        (" points=3", "", r":13: check='test_square' has no points; add points=1"),
        ("points=3", "points=0", r":13: points=0 of 'test_square' must be a positive number"),
        ("points=3", "points=-1", r":13: points=-1 of 'test_square' must be a positive number"),
        ("points=3", "points=true", r":13: points=True of"),
        ("points=3", 'points="3"', r":13: points='3' of"),
        ("points=3", "points=NaN", r":13: points=nan of"),
        ("points=1.5", "points=Infinity", r":16: points=inf of 'why'"),
        ('check="test_square"', 'check="square2"', r":13: check='square2' must start with 'test_'"),
        ('check="test_square"', 'check="test_a-b"', r":13: check='test_a-b' must be a Python name"),
        ('check="test_square"', "check=3", r":13: check=3 must be a Python name"),
        ('answer="square"', f'answer="{"a" * 65}"', r":7: .* at most 64 characters"),
        ('written="why"', 'written="square"', r":16: the grade id 'square' is taken by line 7; choose another"),
        ("# %% check=", "# %% [markdown] check=", r":13: 'check' cells must be code cells; remove \[markdown\]"),
        ("# %% answer=", "# %% [markdown] answer=", r":7: 'answer' cells must be code cells"),
        ('answer="square"', 'answer="square" check="test_x"', r":7: 'check' is not allowed"),
        (
            '# %% tags=["experiment"]',
            "# %% experiment",
            r""":19: the header says 'experiment'; write key="value", or tags=""",
        ),
        ('["experiment"]', '["experment"]', r""":19: the only tag is tags=\["experiment"\], not \['experment'\]"""),
        ('answer="square"', "answer=square", r":7: the header says 'answer=square'; write key=\"value\""),
        ("# %% [markdown]\n# # S", "# %% [raw]\n# # S", r":1: a raw cell is neither code nor markdown"),
        ("    ### BEGIN SOLUTION\n", "", r":7: ### BEGIN SOLUTION and ### END SOLUTION are not paired"),
        ("    ### END SOLUTION\n", "", r":7: ### BEGIN SOLUTION and ### END SOLUTION are not paired"),
        ("    ### END", "    ### BEGIN SOLUTION\n    ### END", r":7: .* are not paired"),
        ("### BEGIN SOLUTION", "### BEGIN SOLUTION ### END SOLUTION", r":7: .* are not paired"),
        (
            "import numpy",
            "### BEGIN SOLUTION\n### END SOLUTION\nimport numpy",
            r":4: .* is in a cell that is not an answer",
        ),
        (
            "assert",
            "### BEGIN HIDDEN TESTS\nassert",
            r":13: the cell contains 'BEGIN HIDDEN TESTS'; put hidden tests",
        ),
        ("# %% [markdown]\n", "x = 1\n# %% [markdown]\n", r":1: 'x = 1' comes before the first '# %%' header"),
    ],
)
def test_a_broken_notebook_is_named_with_file_and_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in NOTEBOOK
    folder = make(tmp_path, NOTEBOOK.replace(old, new, 1))
    with pytest.raises(AssignmentError, match=r"a1_squares/notebook\.py" + message):
        Assignment.load(folder)


def test_an_answer_needs_a_solution_region(tmp_path: Path) -> None:
    notebook = NOTEBOOK.replace("    ### BEGIN SOLUTION\n", "").replace("    ### END SOLUTION\n", "")
    with pytest.raises(AssignmentError, match=r"notebook\.py:7: answer='square' has no ### BEGIN SOLUTION"):
        Assignment.load(make(tmp_path, notebook))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ("", r": title is missing; add title ="),
        ('title = " "', r": title is missing"),
        ("title = 3", r": title is missing"),
        ('title = "a"\ntitel = "b"', r":2: unknown key 'titel'; choose from device, files, lectures"),
        ("title = = 1", r": .*\(at line 1, column 9\)"),
        ('title = "a"\nlectures = "000"', r":2: lectures is '000'; write a list of strings"),
        ('title = "a"\nlibraries = [1]', r":2: libraries is \[1\]; write a list of strings"),
        ('title = "a"\nlibraries = ["numpy; import os"]', r":2: the library 'numpy; import os' is not a module name"),
        ('title = "a"\ndevice = "tpu"', r":2: device is 'tpu'; choose from"),
        ('title = "a"\nlimits = 3', r":2: limits is 3; write a \[limits\] table"),
        ('title = "a"\n[limits]\nseconds = 1', r":3: unknown key 'seconds'; choose from call_seconds"),
        ('title = "a"\n[limits]\ncell_seconds = 0', r":3: cell_seconds is 0; use a positive number"),
        ('title = "a"\n[limits]\ncell_seconds = "1"', r":3: cell_seconds is '1'; use a positive number"),
        ('title = "a"\n[limits]\nprocesses = true', r":3: processes is True; use a positive integer"),
        ('title = "a"\n[limits]\nmemory_mb = 1.5', r":3: memory_mb is 1.5; use a positive integer"),
    ],
)
def test_broken_settings_are_named_with_file_and_line(tmp_path: Path, settings: str, message: str) -> None:
    with pytest.raises(AssignmentError, match=r"a1_squares/assignment\.toml" + message):
        Assignment.load(make(tmp_path, settings=settings))


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("../secret.py", "is outside 'a1_squares'"),
        ("sub/../../secret.py", "is outside 'a1_squares'"),
        ("/etc/passwd", "is outside 'a1_squares'"),
        ("outside.py", "is outside 'a1_squares'"),
        ("", "is outside"),
        ("missing.py", "is not in 'a1_squares'; add it or remove it"),
        ("hidden_tests", "is not in 'a1_squares'"),
        ("notebook.py", "must not be released to students"),
        ("assignment.toml", "must not be released to students"),
        ("hidden_tests/test_square.py", "must not be released to students"),
        ("innocent.py", "must not be released to students"),
        ("other.ipynb", "must not be released to students"),
        ("checks.py", "is in every release already; choose another name"),
    ],
)
def test_a_file_that_is_not_the_students_is_refused(tmp_path: Path, name: str, message: str) -> None:
    folder = make(tmp_path, settings=f'title = "a"\nfiles = ["{name}"]', hidden_tests="")
    (tmp_path / "secret.py").write_text("")
    (folder / "hidden_tests" / "test_square.py").write_text("")
    (folder / "other.ipynb").write_text("")
    (folder / "checks.py").write_text("")
    (folder / "outside.py").symlink_to(tmp_path / "secret.py")
    (folder / "innocent.py").symlink_to(folder / "hidden_tests" / "test_square.py")
    with pytest.raises(AssignmentError, match=rf"assignment\.toml:2: the file '.*' {message}"):
        Assignment.load(folder)


@pytest.mark.parametrize("missing", ["notebook.py", "assignment.toml"])
def test_a_missing_file_is_named(tmp_path: Path, missing: str) -> None:
    folder = make(tmp_path)
    (folder / missing).unlink()
    with pytest.raises(AssignmentError, match=rf"a1_squares/{missing} is missing"):
        Assignment.load(folder)


def test_a_notebook_that_is_not_text_is_named(tmp_path: Path) -> None:
    folder = make(tmp_path)
    (folder / "notebook.py").write_bytes(b"# %%\n\xff")
    with pytest.raises(AssignmentError, match=r"notebook\.py cannot be read as UTF-8 text"):
        Assignment.load(folder)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("# %% [markdown] fails", "# %% fails", r":1: the first cell must be '# %% \[markdown\]' and describe"),
        ("# Forgets the sign.\n", "#\n", r":1: the first cell must be"),
        (' fails=["test_square::test_negative"]', "", r":1: the header of the first cell needs fails=.*but has \{\}"),
        ('["test_square::test_negative"]', "[]", r":1: fails is \[\]; list the hidden tests"),
        (
            '["test_square::test_negative"]',
            '"test_square::test_negative"',
            r":1: fails is 'test_square::test_negative'",
        ),
        ("test_square::test_negative", "test_square", r":1: 'test_square' is not a test id; write"),
        (
            "test_square::test_negative",
            "test_other::test_negative",
            r":1: 'test_other::test_negative' is not a test id",
        ),
        (
            'answer="square"',
            'answer="cube"',
            r""":4: write '# %% answer="<name>"' with an answer name from notebook\.py: square""",
        ),
        ('# %% answer="square"', "# %%", r""":4: write '# %% answer="<name>"'"""),
        ('# %% answer="square"', '# %% [markdown] answer="square"', r":4: write"),
        (
            "# %% answer",
            '# %% answer="square"\nx = 1\n# %% answer',
            r":6: the answer 'square' is given twice; remove one",
        ),
    ],
)
def test_a_broken_wrong_answer_is_named_with_file_and_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in WRONG
    assignment = Assignment.load(make(tmp_path, wrong_answers=WRONG.replace(old, new, 1)))
    with pytest.raises(AssignmentError, match=r"wrong_answers/one\.py" + message):
        assignment.wrong_answers()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (WRONG, r":1: the header of the first cell takes nothing, but has \{'fails'"),
        ("# %% [markdown]\n# Says nothing.\n", r":1: no answer is replaced; add a '# %% answer="),
        ("", r":1: the first cell must be"),
    ],
)
def test_a_broken_right_answer_is_named_with_file_and_line(tmp_path: Path, text: str, message: str) -> None:
    assignment = Assignment.load(make(tmp_path, right_answers=text))
    with pytest.raises(AssignmentError, match=r"right_answers/one\.py" + message):
        assignment.right_answers()
