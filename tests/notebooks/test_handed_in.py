"""Which file is taken for which notebook."""

from pathlib import Path

import pytest

from autograder.errors import NotebookError
from autograder.notebooks.handed_in import find, notebook_of

COPIES = ["{} (1)", "{}(2)", "{}-1", "{}_12", "{} 2", "{} copy", "{} copy 2", "{} - Copy", "{} - Copy (2)", "{}-Copy1"]
OTHERS = [
    "{}0",
    "{}final",
    "{}_final",
    "{}(x)",
    "{} ()",
    "{}-",
    "my {}",
    "Copy of {}",
    "",
    "{}.1",
    "{}-solution",
    "{}²",
]


@pytest.mark.parametrize("pattern", ["{}", *COPIES, "{} (1) (1)", "{}-1 (2)"])
def test_a_copy_is_known_by_its_name(pattern: str) -> None:
    assert notebook_of(pattern.format("a1"), ["a0", "a1"]) == "a1"


@pytest.mark.parametrize("pattern", OTHERS)
def test_any_other_name_is_nobodys_copy(pattern: str) -> None:
    assert notebook_of(pattern.format("a1"), ["a1"]) is None


def test_a_name_that_could_be_a_copy_of_two_belongs_to_the_longer() -> None:
    names = ["problem", "problem-1"]
    assert notebook_of("problem-1", names) == "problem-1"
    assert notebook_of("problem-1 (1)", names) == "problem-1"
    assert notebook_of("problem-2", names) == "problem"


def test_a_long_name_is_read_in_no_time() -> None:
    assert notebook_of("a1" + " copy-1 (1)" * 10_000 + "x", ["a1"]) is None


def found(folder: Path, name: str, *files: str) -> str:
    for file in files:
        (folder / file).touch()
    return find(folder / f"{name}.ipynb", {"problem", "problem-1"}).name


def test_the_notebook_itself_is_taken_before_any_copy(tmp_path: Path) -> None:
    assert found(tmp_path, "problem", "problem.ipynb", "problem (1).ipynb") == "problem.ipynb"


def test_the_name_of_another_notebook_is_no_copy(tmp_path: Path) -> None:
    assert found(tmp_path, "problem", "problem-1.ipynb", "problem-1 (1).ipynb") == "problem.ipynb"


def test_one_copy_is_taken_and_two_are_named(tmp_path: Path) -> None:
    assert found(tmp_path, "problem", "problem (1).ipynb", "notes.ipynb", "problem (1).txt") == "problem (1).ipynb"
    with pytest.raises(NotebookError, match=r"'problem \(1\).ipynb' and 'problem_2.ipynb' look like copies"):
        found(tmp_path, "problem", "problem_2.ipynb")


def test_folders_and_links_are_no_copies(tmp_path: Path) -> None:
    (tmp_path / "problem-2.ipynb").mkdir()
    (tmp_path / "problem-3.ipynb").symlink_to("/etc/hostname")
    assert found(tmp_path, "problem") == "problem.ipynb"
    assert found(tmp_path / "nowhere", "problem") == "problem.ipynb"
