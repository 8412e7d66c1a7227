"""Reads assignment.toml, the settings of an assignment.

They are separate from notebook.py because grading needs only the settings, and parsing notebook.py imports jupytext.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from autograder.course.config import CONFIG_NAME
from autograder.course.devices import CHOICES, CPU
from autograder.errors import AssignmentError, CourseError
from autograder.notebooks.roles import is_positive

if TYPE_CHECKING:
    from traitlets.config import Config

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

CHECKS_FILE = "checks.py"
"""The name of the file that a build puts beside every notebook."""

_MODULE = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*", re.ASCII)
_NEVER_RELEASED = {"notebook.py", "assignment.toml", "data.py", "hidden_tests", "wrong_answers", "right_answers"}
_MARGIN_SECONDS = 60.0

_NBGRADER_TIMEOUT = 30
"""nbgrader's default for c.Execute.timeout: the seconds that a cell may take."""


@dataclass(frozen=True)
class Limits:
    """The resource limits of one submission: [limits] in assignment.toml.

    ``output_kb`` is the printed output kept per cell; CONTRIBUTING.md explains the others.
    """

    cell_seconds: float = 10.0
    call_seconds: float = 2.0
    submission_seconds: float = 120.0
    memory_mb: int = 2048
    disk_mb: int = 256
    output_kb: int = 256
    processes: int = 64
    threads: int = 1
    """PyTorch threads during slow hidden tests; one thread is faster for the small computations of all others."""

    def changed(self, values: Mapping[str, Any]) -> Limits:
        """Returns these limits with other values for some of them."""
        return replace(self, **{key: type(getattr(self, key))(value) for key, value in values.items()})

    @property
    def grading_seconds(self) -> float:
        """How long a worker may take to grade a notebook: hidden tests compute outside of the sandbox as well."""
        return 2 * (self.submission_seconds + _MARGIN_SECONDS)


@dataclass(frozen=True)
class Settings:
    """The contents of assignment.toml; CONTRIBUTING.md explains each key."""

    title: str
    lectures: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    device: str = CPU
    limits: Limits = Limits()

    @classmethod
    def load(cls, folder: Path) -> Settings:
        """Reads assignment.toml in ``folder``; raises AssignmentError with file and line when it is invalid."""
        path = folder / "assignment.toml"
        text = read_text(path)
        try:
            table = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise AssignmentError(f"{path}: {error}") from error
        _reject_unknown_keys(table, {field.name for field in fields(cls)}, path, text)
        title, device = table.get("title"), table.get("device", CPU)
        if not isinstance(title, str) or not title.strip():
            raise AssignmentError(f'{path}: title is missing; add title = "<title for students>"')
        if device not in CHOICES:
            choices = ", ".join(CHOICES)
            raise AssignmentError(f"{path}:{_line_of('device', text)}: device is {device!r}; choose from {choices}")
        lists = {key: _strings(table, key, path, text) for key in ("lectures", "libraries", "files")}
        _check_libraries(lists["libraries"], f"{path}:{_line_of('libraries', text)}")
        for name in lists["files"]:
            _check_file(folder, name, f"{path}:{_line_of('files', text)}")
        return cls(title=title, device=device, limits=_limits(table, path, text), **lists)


def classic_settings(name: str, config: Config) -> Settings:
    """Returns the settings of an assignment made with plain nbgrader, which has none but those of the course.

    The limit of a cell is c.Execute.timeout; c.Autograder.limits overrides any limit. Raises CourseError when
    one of them is invalid.
    """
    timeout = config.Execute.get("timeout", config.ExecutePreprocessor.get("timeout", _NBGRADER_TIMEOUT))
    seconds = float(timeout) if is_positive(timeout) else Limits().submission_seconds
    limits = Limits(cell_seconds=seconds, submission_seconds=max(Limits().submission_seconds, 4 * seconds))
    configured = config.Autograder.get("limits", {})
    for key, value in configured.items():
        if problem := _limit_problem(key, value):
            raise CourseError(f"c.Autograder.limits in {CONFIG_NAME}.py: {problem}")
    return Settings(name, limits=limits.changed(configured))


def read_text(path: Path) -> str:
    """Reads a file of an assignment folder; raises AssignmentError when it is missing or not UTF-8."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise AssignmentError(f"{path} is missing; see a folder made by `autograder new` for an example") from None
    except (OSError, UnicodeDecodeError) as error:
        raise AssignmentError(f"{path} cannot be read as UTF-8 text: {error}") from error


def _line_of(key: str, text: str) -> int:
    """Returns the line number where ``key`` is set, which tomllib does not report."""
    match = re.search(rf"(?m)^[ \t]*\[?[ \t]*[\"']?{re.escape(key)}\b", text)
    return 1 + text.count("\n", 0, match.start()) if match else 1


def _reject_unknown_keys(table: dict[str, Any], known: Iterable[str], path: Path, text: str) -> None:
    for key in table:
        if key not in known:
            raise AssignmentError(
                f"{path}:{_line_of(key, text)}: unknown key {key!r}; choose from {', '.join(sorted(known))}"
            )


def _strings(table: dict[str, Any], key: str, path: Path, text: str) -> tuple[str, ...]:
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise AssignmentError(f"{path}:{_line_of(key, text)}: {key} is {value!r}; write a list of strings")
    return tuple(value)


def _check_libraries(libraries: Iterable[str], where: str) -> None:
    for name in libraries:
        if not _MODULE.fullmatch(name):
            raise AssignmentError(f"{where}: the library {name!r} is not a module name such as 'matplotlib.pyplot'")


def _limits(table: dict[str, Any], path: Path, text: str) -> Limits:
    limits = table.get("limits", {})
    if not isinstance(limits, dict):
        raise AssignmentError(f"{path}:{_line_of('limits', text)}: limits is {limits!r}; write a [limits] table")
    for key, value in limits.items():
        if problem := _limit_problem(key, value):
            raise AssignmentError(f"{path}:{_line_of(key, text)}: {problem}")
    return Limits().changed(limits)


def _limit_problem(key: str, value: object) -> str:
    """Says what is wrong with a limit; empty if nothing is."""
    is_integer = {field.name: isinstance(field.default, int) for field in fields(Limits)}
    if key not in is_integer:
        return f"unknown key {key!r}; choose from {', '.join(sorted(is_integer))}"
    if not is_positive(value) or (is_integer[key] and not isinstance(value, int)):
        return f"{key} is {value!r}; use a positive {'integer' if is_integer[key] else 'number'}"
    return ""


def _check_file(folder: Path, name: str, where: str) -> None:
    """Raises AssignmentError for a file that must not be released to students, or does not exist."""
    root = folder.resolve()
    target = (folder / name).resolve()
    parts = PurePosixPath(name).parts
    if not parts or ".." in parts or PurePosixPath(name).is_absolute() or not target.is_relative_to(root):
        raise AssignmentError(f"{where}: the file {name!r} is outside {folder.name!r}; list files inside the folder")
    if not target.is_file():
        raise AssignmentError(f"{where}: the file {name!r} is not in {folder.name!r}; add it or remove it from files")
    if target == root / CHECKS_FILE:
        raise AssignmentError(f"{where}: the file {name!r} is in every release already; choose another name")
    first = target.relative_to(root).parts[0]
    if first in _NEVER_RELEASED or name.endswith((".ipynb", ".pyc")):
        raise AssignmentError(f"{where}: the file {name!r} must not be released to students; remove it from files")
