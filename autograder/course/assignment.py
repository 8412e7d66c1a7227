"""Reads and validates assignment folders; CONTRIBUTING.md describes the format.

    Assignment.load(Path("assignments/a6_vector_calculus"))

reads notebook.py and assignment.toml; wrong_answers/ and right_answers/ are read on demand.
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
    """An autograded cell and the file of hidden tests that grades it."""

    grade_id: str
    points: float
    test_file: Path


@dataclass(frozen=True)
class WrittenAnswer:
    """A manually graded answer, in markdown or code."""

    grade_id: str
    points: float


@dataclass(frozen=True)
class Variant:
    """A file of wrong_answers/ or right_answers/: answers that replace the reference answers."""

    name: str
    description: str
    answers: dict[str, str]
    fails: frozenset[str]
    """Ids of the hidden tests that a wrong answer must fail; empty for a right answer."""


@dataclass(frozen=True)
class Assignment:
    """A valid assignment folder."""

    name: str
    folder: Path
    settings: Settings
    cells: tuple[PercentCell, ...]

    @classmethod
    def load(cls, folder: Path) -> "Assignment":
        """Reads notebook.py and assignment.toml; raises AssignmentError with file and line when they are invalid."""
        if not _NAME.fullmatch(folder.name):
            raise AssignmentError(
                f"{folder.name!r} is not a valid assignment name: use letters, digits and underscores, and start with "
                "a letter"
            )
        cells = tuple(parse(read_text(folder / "notebook.py"), str(folder / "notebook.py")))
        check_cells(cells, folder / "notebook.py")
        return cls(folder.name, folder, Settings.load(folder), cells)

    @property
    def hidden_tests(self) -> Path:
        """The folder of hidden tests, which are never released."""
        return self.folder / "hidden_tests"

    @property
    def data(self) -> Path:
        """The optional script that loads the data for hidden tests."""
        return self.folder / "data.py"

    @property
    def answers(self) -> dict[str, str]:
        """The source of each answer cell by name, with the reference solution between its markers."""
        return {cell.metadata["answer"]: cell.source for cell in self.cells if role(cell) == "answer"}

    @property
    def checks(self) -> tuple[Check, ...]:
        """The autograded cells in notebook order."""
        checks = ((str(grade_id(cell)), cell) for cell in self.cells if role(cell) == "check")
        return tuple(Check(name, cell.metadata["points"], self.hidden_tests / f"{name}.py") for name, cell in checks)

    def answers_graded_by(self, check: str) -> frozenset[str]:
        """Returns the names of the answers between the check with this grade id and the check before it."""
        answers: set[str] = set()
        for cell in self.cells:
            if role(cell) == "answer":
                answers.add(cell.metadata["answer"])
            elif role(cell) == "check":
                if grade_id(cell) == check:
                    break
                answers.clear()
        return frozenset(answers)

    @property
    def written_answers(self) -> tuple[WrittenAnswer, ...]:
        """The manually graded cells in notebook order."""
        cells = (cell for cell in self.cells if role(cell) == "written")
        return tuple(WrittenAnswer(str(grade_id(cell)), cell.metadata["points"]) for cell in cells)

    def wrong_answers(self) -> tuple[Variant, ...]:
        """Reads wrong_answers/, sorted by name; raises AssignmentError for an invalid file."""
        return tuple(_read_variant(path, self, wrong=True) for path in _python_files(self.folder / "wrong_answers"))

    def right_answers(self) -> tuple[Variant, ...]:
        """Reads right_answers/, sorted by name; raises AssignmentError for an invalid file."""
        return tuple(_read_variant(path, self, wrong=False) for path in _python_files(self.folder / "right_answers"))


def _python_files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.py"))


def _read_variant(path: Path, assignment: Assignment, *, wrong: bool) -> Variant:
    first, *rest = parse(read_text(path), str(path)) or [PercentCell("code", "", line=1)]
    if first.kind != "markdown" or not first.source.strip():
        raise AssignmentError(
            f"{path}:{first.line}: the first cell must be '# %% [markdown]' and describe what is wrong or unusual"
        )
    answers: dict[str, str] = {}
    for cell in rest:
        name = cell.metadata.get("answer")
        if cell.kind != "code" or set(cell.metadata) != {"answer"} or name not in assignment.answers:
            known = ", ".join(assignment.answers) or "none"
            raise AssignmentError(
                f"{path}:{cell.line}: write '# %% answer=\"<name>\"' with an answer name from notebook.py: {known}"
            )
        if name in answers:
            raise AssignmentError(f"{path}:{cell.line}: the answer {name!r} is given twice; remove one of them")
        answers[name] = cell.source
    if not answers:
        raise AssignmentError(f"{path}:{first.line}: no answer is replaced; add a '# %% answer=\"<name>\"' cell")
    return Variant(path.stem, first.source.strip(), answers, _expected_failures(first, path, assignment, wrong=wrong))


def _expected_failures(first: PercentCell, path: Path, assignment: Assignment, *, wrong: bool) -> frozenset[str]:
    """Returns the tests listed under ``fails`` in the header of the first cell; right answers must not have any."""
    where = f"{path}:{first.line}"
    if set(first.metadata) != ({"fails"} if wrong else set()):
        rule = 'needs fails=["test_<check>::test_<test>"]' if wrong else "takes nothing"
        raise AssignmentError(f"{where}: the header of the first cell {rule}, but has {dict(first.metadata)!r}")
    if not wrong:
        return frozenset()
    fails = first.metadata["fails"]
    if not isinstance(fails, list) or not fails:
        raise AssignmentError(f"{where}: fails is {fails!r}; list the hidden tests that this answer fails")
    checks = {check.grade_id for check in assignment.checks}
    for test in fails:
        if not isinstance(test, str) or not _TEST_ID.fullmatch(test) or test.partition("::")[0] not in checks:
            raise AssignmentError(
                f"{where}: {test!r} is not a test id; write 'test_<check>::test_<test>' with a check of notebook.py"
            )
    return frozenset(fails)
