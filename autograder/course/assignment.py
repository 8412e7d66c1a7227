"""An assignment folder, read and checked: what CONTRIBUTING.md promises, this module enforces.

    Assignment.load(Path("assignments/a6_vector_calculus"))

reads notebook.py and assignment.toml; wrong_answers/ and right_answers/ are read when they are asked for.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from autograder.course.settings import Settings, read_text
from autograder.errors import AssignmentError
from autograder.notebooks.percent import PercentCell, parse
from autograder.notebooks.roles import check_cells, grade_id, role

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_TEST_ID = re.compile(r"test_\w+::test_\w+", re.ASCII)


@dataclass(frozen=True)
class Check:
    """A graded cell and the file of hidden tests that decides its points."""

    grade_id: str
    points: float
    test_file: Path


@dataclass(frozen=True)
class Written:
    """An answer in words, or in code, that a person grades."""

    grade_id: str
    points: float


@dataclass(frozen=True)
class Variant:
    """One file of wrong_answers/ or right_answers/: answers that replace the reference."""

    name: str
    claim: str
    answers: dict[str, str]
    fails: frozenset[str]


@dataclass(frozen=True)
class Assignment:
    """One assignment folder whose notebook and settings keep the rules."""

    name: str
    folder: Path
    settings: Settings
    cells: tuple[PercentCell, ...]

    @classmethod
    def load(cls, folder: Path) -> "Assignment":
        """Read the folder; raises `AssignmentError` with file and line where it breaks a rule."""
        if not _NAME.fullmatch(folder.name):
            raise AssignmentError(
                f"{folder.name!r} is no assignment name: use letters, digits and underscores, a letter first"
            )
        cells = tuple(parse(read_text(folder / "notebook.py"), str(folder / "notebook.py")))
        check_cells(cells, folder / "notebook.py")
        return cls(folder.name, folder, Settings.load(folder), cells)

    @property
    def hidden_tests(self) -> Path:
        """The folder of the suites; nothing in it ever leaves this machine."""
        return self.folder / "hidden_tests"

    @property
    def data(self) -> Path:
        """The script that finds the data of the hidden tests; most assignments have none."""
        return self.folder / "data.py"

    @property
    def answers(self) -> dict[str, str]:
        """The reference answer of every answer cell, solution markers included."""
        return {cell.metadata["answer"]: cell.source for cell in self.cells if role(cell) == "answer"}

    @property
    def checks(self) -> tuple[Check, ...]:
        """The checks in notebook order, each with the suite it is graded by."""
        found = ((str(grade_id(cell)), cell) for cell in self.cells if role(cell) == "check")
        return tuple(Check(name, cell.metadata["points"], self.hidden_tests / f"{name}.py") for name, cell in found)

    def answers_of(self, check: str) -> frozenset[str]:
        """The answers that a check stands under: those since the check before it."""
        found: set[str] = set()
        for cell in self.cells:
            if role(cell) == "answer":
                found.add(cell.metadata["answer"])
            elif role(cell) == "check":
                if grade_id(cell) == check:
                    break
                found.clear()
        return frozenset(found)

    @property
    def written(self) -> tuple[Written, ...]:
        """The cells a person grades, in notebook order."""
        cells = (cell for cell in self.cells if role(cell) == "written")
        return tuple(Written(str(grade_id(cell)), cell.metadata["points"]) for cell in cells)

    def wrong_answers(self) -> tuple[Variant, ...]:
        """Every misconception, sorted by name; each names the tests it must break."""
        return tuple(_variant(path, self, wrong=True) for path in _python_files(self.folder / "wrong_answers"))

    def right_answers(self) -> tuple[Variant, ...]:
        """Every unusual but correct answer, sorted by name."""
        return tuple(_variant(path, self, wrong=False) for path in _python_files(self.folder / "right_answers"))


def _python_files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.py"))


def _variant(path: Path, assignment: Assignment, *, wrong: bool) -> Variant:
    head, *rest = parse(read_text(path), str(path)) or [PercentCell("code", "", line=1)]
    if head.kind != "markdown" or not head.source.strip():
        raise AssignmentError(f"{path}:{head.line}: the first cell must be '# %% [markdown]' and state what is claimed")
    answers: dict[str, str] = {}
    for cell in rest:
        name = cell.metadata.get("answer")
        if cell.kind != "code" or set(cell.metadata) != {"answer"} or name not in assignment.answers:
            known = ", ".join(assignment.answers) or "none"
            raise AssignmentError(
                f"{path}:{cell.line}: write '# %% answer=\"<name>\"' with a name of notebook.py: {known}"
            )
        if name in answers:
            raise AssignmentError(f"{path}:{cell.line}: {name!r} is answered twice; keep one")
        answers[name] = cell.source
    if not answers:
        raise AssignmentError(f"{path}:{head.line}: no answer is replaced; add a '# %% answer=\"<name>\"' cell")
    return Variant(path.stem, head.source.strip(), answers, _fails(head, path, assignment, wrong=wrong))


def _fails(head: PercentCell, path: Path, assignment: Assignment, *, wrong: bool) -> frozenset[str]:
    """The tests that a wrong answer says it breaks; a right answer breaks none."""
    where = f"{path}:{head.line}"
    if set(head.metadata) != ({"fails"} if wrong else set()):
        rule = 'needs fails=["test_<check>::test_<test>"]' if wrong else "takes nothing"
        raise AssignmentError(f"{where}: the header of the first cell {rule}, and has {dict(head.metadata)!r}")
    if not wrong:
        return frozenset()
    fails = head.metadata["fails"]
    if not isinstance(fails, list) or not fails:
        raise AssignmentError(f"{where}: fails is {fails!r}; list the tests this answer breaks")
    checks = {check.grade_id for check in assignment.checks}
    for test in fails:
        if not isinstance(test, str) or not _TEST_ID.fullmatch(test) or test.partition("::")[0] not in checks:
            raise AssignmentError(
                f"{where}: {test!r} is no test; write 'test_<check>::test_<test>' with a check of notebook.py"
            )
    return frozenset(fails)
