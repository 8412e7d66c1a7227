"""assignment.toml: what the course says about an assignment besides its notebook.

Read apart from notebook.py, because grading needs only this, and reading a notebook imports jupytext.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path, PurePosixPath
from typing import Any

from autograder.course.devices import CHOICES, CPU
from autograder.errors import AssignmentError
from autograder.notebooks.roles import is_positive

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_MODULE = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*", re.ASCII)
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
class Settings:
    """What assignment.toml says; CONTRIBUTING.md explains each key."""

    title: str
    lectures: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    device: str = CPU
    limits: Limits = Limits()

    @classmethod
    def load(cls, folder: Path) -> Settings:
        """Reads assignment.toml of the folder; raises AssignmentError with file and line where it breaks a rule."""
        path = folder / "assignment.toml"
        text = read_text(path)
        try:
            table = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise AssignmentError(f"{path}: {error}") from error
        _refuse_unknown(table, {field.name for field in fields(cls)}, path, text)
        title, device = table.get("title"), table.get("device", CPU)
        if not isinstance(title, str) or not title.strip():
            raise AssignmentError(f'{path}: title is missing; add title = "What students read"')
        if device not in CHOICES:
            raise AssignmentError(f"{path}:{_line_of('device', text)}: device is {device!r}; choose one of {CHOICES}")
        lists = {key: _strings(table, key, path, text) for key in ("lectures", "libraries", "files")}
        _check_libraries(lists["libraries"], f"{path}:{_line_of('libraries', text)}")
        for name in lists["files"]:
            _check_file(folder, name, f"{path}:{_line_of('files', text)}")
        return cls(title=title, device=device, limits=_limits(table, path, text), **lists)


def read_text(path: Path) -> str:
    """A file of an assignment folder; raises AssignmentError when it is missing or no text."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise AssignmentError(f"{path} is missing; `autograder new` shows what an assignment folder holds") from None
    except (OSError, UnicodeDecodeError) as error:
        raise AssignmentError(f"{path} cannot be read as UTF-8 text: {error}") from error


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
