"""Adds two lines to the nbgrader_config.py of a course, or makes a new course; nothing else is changed."""

from __future__ import annotations

import ast
import shlex
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from traitlets.config import Config

from autograder.course.config import CONFIG_NAME
from autograder.course.layout import Course
from autograder.errors import CourseError
from autograder.nbgrader_bridge.configuration import configure

LINES = "import autograder\n\nautograder.configure(c)  # grade in a sandbox; settings below have precedence\n"
BACKUP = ".before-chainrule"
"""What is appended to the names of the files that are kept as they were."""

_NEW = """\
c = get_config()  # noqa: F821  # defined by nbgrader, which reads this file

{lines}
c.CourseDirectory.course_id = {name!r}
"""


@dataclass(frozen=True)
class Plan:
    """What `autograder init` found in a course, and what it would change."""

    course: Course
    config_file: Path
    text: str
    """The new text of the configuration; the same as the old one if the course has been adopted already."""

    @property
    def is_new(self) -> bool:
        """Whether there is no course yet."""
        return not self.config_file.is_file()

    @property
    def is_needed(self) -> bool:
        """Whether anything has to be changed."""
        return self.is_new or self.config_file.read_text(encoding="utf-8") != self.text

    def describe(self) -> Iterator[str]:
        """Describes the course in a few lines."""
        course = self.course
        yield f"course folder: {course.root}"
        yield f"configuration: {self.config_file}{' (new)' if self.is_new else ''}"
        for name in course.gradable_names():
            assignment = course.assignment(name)
            kind = "made with plain nbgrader" if assignment.is_classic else "with hidden tests of its own"
            notebooks = _count(len(list(assignment.source.glob("*.ipynb"))), "notebook")
            yield f"{name}: {notebooks}, {_count(len(assignment.roster().students), 'submission')}, {kind}"
        if (gradebook := self._gradebook()) is not None:
            yield f"gradebook: {gradebook}"

    def apply(self) -> Iterator[str]:
        """Changes the configuration, keeps a copy of it and of the gradebook, and says what was done."""
        kept = [path for path in (self.config_file, self._gradebook()) if path is not None and path.is_file()]
        for path in kept:
            _require_no_copy(path)
        for path in kept:
            yield f"kept a copy of {path.name} as {_keep(path).name}"
        self.config_file.parent.mkdir(parents=True, exist_ok=True)
        self.config_file.write_text(self.text, encoding="utf-8")
        yield f"wrote {self.config_file}"

    def undo(self) -> str:
        """Returns the command that undoes the change."""
        if self.is_new:
            return shlex.join(["rm", str(self.config_file)])
        return shlex.join(["mv", str(_copy_of(self.config_file)), str(self.config_file)])

    def overridden(self) -> list[str]:
        """Returns the settings of :func:`configure` that the course replaces by others."""
        ours, theirs = Config(), Course(self.course.root, self.course.config_folder).config
        configure(ours)
        return [
            f"c.{section}.{name}"
            for section, settings in ours.items()
            for name, value in settings.items()
            if theirs[section].get(name) != value
        ]

    def _gradebook(self) -> Path | None:
        url = self.course.db_url
        path = Path(url.removeprefix("sqlite:///"))
        return path if url.startswith("sqlite:///") and path.is_file() else None


def plan(start: Path) -> Plan:
    """Finds the course that contains ``start``, or plans a new one there; raises CourseError for an invalid one."""
    try:
        course = Course.find(start)
    except CourseError:
        if (start / f"{CONFIG_NAME}.py").exists():
            raise
        course = Course(start.absolute())
        return Plan(course, course.config_file, _NEW.format(lines=LINES, name=course.root.name))
    config_file = _config_file(course)
    return Plan(course, config_file, with_lines(config_file.read_text(encoding="utf-8"), config_file))


def with_lines(text: str, path: Path) -> str:
    """Returns a configuration with our two lines after the line that defines ``c``; as it is if they are there."""
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        raise CourseError(f"{path}:{error.lineno}: {error.msg}; correct the file first") from error
    if any(isinstance(node, ast.Call) and ast.unparse(node.func).endswith("configure") for node in ast.walk(tree)):
        return text
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value and ast.unparse(node.value) == "get_config()":
            lines = text.splitlines(keepends=True)
            end = node.end_lineno or node.lineno
            return "".join([*lines[:end], "\n" * (not lines[end - 1].endswith("\n")), LINES, *lines[end:]])
    return f"{text}\nc = get_config()  # noqa: F821  # defined by nbgrader\n{LINES}".lstrip("\n")


def _config_file(course: Course) -> Path:
    """Returns the configuration that makes the folder a course: its own, or the one in ~/.jupyter that names it."""
    from jupyter_core.paths import jupyter_config_path

    for folder in (course.config_file.parent, *map(Path, jupyter_config_path())):
        path = folder / f"{CONFIG_NAME}.py"
        if path.is_file():
            return path
    raise CourseError(
        f"the course {str(course.root)!r} is configured by {CONFIG_NAME}.json, to which no lines can be added; "
        f"make an empty {CONFIG_NAME}.py beside that file"
    )


def _copy_of(path: Path) -> Path:
    return path.with_name(path.name + BACKUP)


def _require_no_copy(path: Path) -> None:
    """Raises CourseError when there is a copy already, which nothing may overwrite."""
    if _copy_of(path).exists():
        raise CourseError(f"{_copy_of(path)} exists; move it away, because it is how {path.name} was before")


def _keep(path: Path) -> Path:
    """Copies a file beside itself; a gradebook by SQLite, because somebody may be writing to it."""
    kept = _copy_of(path)
    if path.suffix == ".py":
        shutil.copy2(path, kept)
    else:
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(kept)) as target:
            source.backup(target)
    return kept


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
