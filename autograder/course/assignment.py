"""An assignment folder, read and checked: what CONTRIBUTING.md promises, this module enforces.

    Assignment.load(Path("assignments/a6_vector_calculus"))

reads notebook.py and assignment.toml; wrong_answers/ and right_answers/ are read when they are asked for.
"""

import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path, PurePosixPath
from typing import Any

from autograder.course.devices import CHOICES, CPU
from autograder.errors import AssignmentError
from autograder.notebooks.percent import PercentCell, parse
from autograder.notebooks.roles import check_cells, grade_id, is_positive, role

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_MODULE = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*", re.ASCII)
_LAW = re.compile(r"test_\w+::test_\w+", re.ASCII)
_NEVER_HANDED_OUT = {"notebook.py", "assignment.toml", "data.py", "hidden_tests", "wrong_answers", "right_answers"}


@dataclass(frozen=True)
class Limits:
    """What one submission may use; assignment.toml may change each under [limits]."""

    cell_seconds: float = 10.0
    call_seconds: float = 2.0
    submission_seconds: float = 120.0
    memory_mb: int = 2048
    output_kb: int = 256
    processes: int = 64
    threads: int = 1
    """Of torch, where slow hidden tests ask; everything else has one, which is quicker where there is little to do."""


@dataclass(frozen=True)
class Check:
    """A graded cell and the hidden suite that decides its points."""

    grade_id: str
    points: float
    suite: Path


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
    title: str
    lectures: tuple[str, ...]
    libraries: tuple[str, ...]
    files: tuple[str, ...]
    limits: Limits
    cells: tuple[PercentCell, ...]
    device: str = CPU

    @classmethod
    def load(cls, folder: Path) -> "Assignment":
        """Read the folder; raises `AssignmentError` with file and line where it breaks a rule."""
        if not _NAME.fullmatch(folder.name):
            raise AssignmentError(
                f"{folder.name!r} is no assignment name: use letters, digits and underscores, a letter first"
            )
        cells = tuple(parse(_read(folder / "notebook.py"), str(folder / "notebook.py")))
        check_cells(cells, folder / "notebook.py")
        return cls(name=folder.name, folder=folder, cells=cells, **_settings(folder))

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


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise AssignmentError(f"{path} is missing; `autograder new` shows what an assignment folder holds") from None
    except (OSError, UnicodeDecodeError) as error:
        raise AssignmentError(f"{path} cannot be read as UTF-8 text: {error}") from error


def _python_files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.py"))


def _settings(folder: Path) -> dict[str, Any]:
    """The keyword arguments of `Assignment` that assignment.toml decides."""
    path = folder / "assignment.toml"
    text = _read(path)
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise AssignmentError(f"{path}: {error}") from error
    known = {"title", "lectures", "libraries", "files", "device", "limits"}
    _refuse_unknown(table, known, path, text)
    title, device = table.get("title"), table.get("device", CPU)
    if not isinstance(title, str) or not title.strip():
        raise AssignmentError(f'{path}: title is missing; add title = "What students read"')
    if device not in CHOICES:
        raise AssignmentError(f"{path}:{_line_of('device', text)}: device is {device!r}; choose one of {CHOICES}")
    lists = {key: _strings(table, key, path, text) for key in ("lectures", "libraries", "files")}
    _check_libraries(lists["libraries"], f"{path}:{_line_of('libraries', text)}")
    for name in lists["files"]:
        _check_file(folder, name, f"{path}:{_line_of('files', text)}")
    return {"title": title, "device": device, "limits": _limits(table, path, text), **lists}


def _line_of(key: str, text: str) -> int:
    """Where `key` is set; tomllib does not say."""
    match = re.search(rf"(?m)^[ \t]*\[?[ \t]*[\"']?{re.escape(key)}\b", text)
    return 1 + text.count("\n", 0, match.start()) if match else 1


def _refuse_unknown(table: dict[str, Any], known: Iterable[str], path: Path, text: str) -> None:
    for key in table:
        if key not in known:
            raise AssignmentError(
                f"{path}:{_line_of(key, text)}: unknown key {key!r}; known are {', '.join(sorted(known))}"
            )


def _strings(table: dict[str, Any], key: str, path: Path, text: str) -> tuple[str, ...]:
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise AssignmentError(f"{path}:{_line_of(key, text)}: {key} is {value!r}; write a list of strings")
    return tuple(value)


def _check_libraries(libraries: Iterable[str], where: str) -> None:
    for name in libraries:
        if not _MODULE.fullmatch(name):
            raise AssignmentError(f"{where}: the library {name!r} is no module name, such as 'matplotlib.pyplot'")


def _limits(table: dict[str, Any], path: Path, text: str) -> Limits:
    chosen = table.get("limits", {})
    if not isinstance(chosen, dict):
        raise AssignmentError(f"{path}:{_line_of('limits', text)}: limits is {chosen!r}; write a [limits] table")
    whole = {field.name: isinstance(field.default, int) for field in fields(Limits)}
    _refuse_unknown(chosen, whole, path, text)
    for key, value in chosen.items():
        if not is_positive(value) or (whole[key] and not isinstance(value, int)):
            kind = "whole number" if whole[key] else "number"
            raise AssignmentError(f"{path}:{_line_of(key, text)}: {key} is {value!r}; write a {kind} above zero")
    values: dict[str, Any] = {key: value if whole[key] else float(value) for key, value in chosen.items()}
    return Limits(**values)


def _check_file(folder: Path, name: str, where: str) -> None:
    """A file beside the notebook reaches every student, so it must be one that is meant to."""
    inside = folder.resolve()
    target = (folder / name).resolve()
    parts = PurePosixPath(name).parts
    if not parts or ".." in parts or PurePosixPath(name).is_absolute() or not target.is_relative_to(inside):
        raise AssignmentError(f"{where}: the file {name!r} lies outside {folder.name!r}; name files inside the folder")
    if not target.is_file():
        raise AssignmentError(f"{where}: the file {name!r} is not in {folder.name!r}; add it or drop it from files")
    first = target.relative_to(inside).parts[0]
    if first in _NEVER_HANDED_OUT or name.endswith((".ipynb", ".pyc")):
        raise AssignmentError(f"{where}: the file {name!r} must not be handed to students; drop it from files")


def _variant(path: Path, assignment: Assignment, *, wrong: bool) -> Variant:
    head, *rest = parse(_read(path), str(path)) or [PercentCell("code", "", line=1)]
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
        if not isinstance(test, str) or not _LAW.fullmatch(test) or test.partition("::")[0] not in checks:
            raise AssignmentError(
                f"{where}: {test!r} is no test; write 'test_<check>::test_<test>' with a check of notebook.py"
            )
    return frozenset(fails)
