"""A course: the folder that holds nbgrader_config.py, and what lies beside it."""

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from autograder.course.assignment import Assignment
from autograder.errors import CourseError

if TYPE_CHECKING:
    from traitlets.config import Config

CONFIG_NAME = "nbgrader_config"


class Roster(NamedTuple):
    """Who submitted an assignment."""

    students: tuple[str, ...]
    refused: dict[str, str]
    """Folder name → why it is not graded; nbgrader would misread these names."""


@dataclass(frozen=True)
class Course:
    """The rooms of one course; `root` holds nbgrader_config.py."""

    root: Path

    @classmethod
    def find(cls, start: Path) -> "Course":
        """The course that `start` lies in; raises `CourseError` outside of any."""
        start = start.absolute()
        for folder in (start, *start.parents):
            if (folder / f"{CONFIG_NAME}.py").is_file():
                return cls(folder)
        raise CourseError(f"no {CONFIG_NAME}.py in {str(start)!r} or above it: change into a course folder")

    @property
    def assignments(self) -> Path:
        """What a person writes; everything about an assignment is in its folder."""
        return self.root / "assignments"

    @property
    def source(self) -> Path:
        """Instructor notebooks, built."""
        return self._room("source")

    @property
    def release(self) -> Path:
        """What students get, built."""
        return self._room("release")

    @property
    def solutions(self) -> Path:
        """The reference solutions as notebooks, built."""
        return self._room("solution")

    @property
    def submitted(self) -> Path:
        """submitted/<student>/<assignment>/, as collected."""
        return self._room("submitted")

    @property
    def autograded(self) -> Path:
        """autograded/<student>/<assignment>/, graded notebooks."""
        return self._room("autograded")

    @property
    def feedback(self) -> Path:
        """feedback/<student>/<assignment>/, what the student reads."""
        return self._room("feedback")

    @property
    def reports(self) -> Path:
        """Class reports and exports."""
        return self.root / "reports"

    @cached_property
    def config(self) -> "Config":
        """What nbgrader's own commands are configured with; the course overrides the machine."""
        from jupyter_core.paths import jupyter_config_path
        from traitlets.config import Config

        merged = Config()
        for folder in [*reversed(jupyter_config_path()), str(self.root)]:
            for path in (Path(folder, f"{CONFIG_NAME}.json"), Path(folder, f"{CONFIG_NAME}.py")):
                if path.is_file():
                    merged.merge(_read_config(path))
        return merged

    @property
    def db_url(self) -> str:
        """SQLAlchemy's address of the gradebook: c.CourseDirectory.db_url, or gradebook.db in the root."""
        configured = self.config.CourseDirectory.get("db_url", "")
        return str(configured) or f"sqlite:///{(self.root / 'gradebook.db').absolute()}"

    def assignment_names(self) -> list[str]:
        """The folders of assignments/, sorted."""
        return _folders(self.assignments)

    def gradable_names(self) -> list[str]:
        """Every assignment with a source: ours, and those that were made without us."""
        return sorted({*self.assignment_names(), *_folders(self.source)})

    def assignment_folder(self, name: str) -> Path:
        """assignments/<name>; raises `CourseError` when there is none."""
        names = self.assignment_names()
        if name not in names:
            raise CourseError(f"no assignment {name!r} in {str(self.assignments)!r}{suggestion(name, names)}")
        return self.assignments / name

    def assignment(self, name: str) -> Assignment:
        """The checked assignment of that name."""
        return Assignment.load(self.assignment_folder(name))

    def notebook_names(self, name: str) -> list[str]:
        """The notebooks of source/<name>/: ours has one, an assignment made without us may have several."""
        return sorted(path.stem for path in (self.source / name).glob("*.ipynb") if path.is_file())

    def students(self, name: str) -> Roster:
        """Who submitted assignment `name`; a folder whose name is no student id is refused with the reason."""
        students: list[str] = []
        refused: dict[str, str] = {}
        found = self.submitted.iterdir() if self.submitted.is_dir() else iter(())
        for folder in sorted(found):
            work = folder / name
            if not (folder.is_dir() and (work.is_dir() or work.is_symlink())):
                continue
            problem = _name_problem(folder.name) or _link_problem(folder, work)
            if problem:
                refused[folder.name] = problem
            else:
                students.append(folder.name)
        return Roster(tuple(students), refused)

    def _room(self, step: str) -> Path:
        """Where nbgrader keeps `step`: its configuration decides, so that both agree."""
        return self.root / str(self.config.CourseDirectory.get(f"{step}_directory", step))


def _read_config(path: Path) -> "Config":
    from traitlets.config.loader import JSONFileConfigLoader, PyFileConfigLoader

    loader = JSONFileConfigLoader if path.suffix == ".json" else PyFileConfigLoader
    try:
        return loader(path.name, str(path.parent)).load_config()
    except Exception as error:  # the file is Python: it can raise anything
        raise CourseError(f"{path} cannot be loaded: {type(error).__name__}: {error}") from error


def _folders(folder: Path) -> list[str]:
    if not folder.is_dir():
        return []
    return sorted(path.name for path in folder.iterdir() if path.is_dir() and path.name[0] not in "._")


def suggestion(name: str, names: Iterable[str]) -> str:
    """The end of a sentence that says there is no `name`: what it may have been, or what there is."""
    close = difflib.get_close_matches(name, names, n=1)
    if close:
        return f"; did you mean {close[0]!r}?"
    return f"; there are {', '.join(names)}" if names else "; `autograder new` makes one"


def printable(name: str) -> str:
    """A name as it may be shown: control characters and bytes that are no text are replaced."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in name)


def _name_problem(student: str) -> str | None:
    """Why `student` cannot be an nbgrader student id; None when it can."""
    if not student.isprintable():
        return "the name has a line break or another character that cannot be printed"
    if student.startswith("."):
        return "the name starts with a dot"
    if student != student.strip():
        return "the name starts or ends with a space, which nbgrader strips"
    special = re.search(r"[+*?\[\]\\/,]", student)
    if special:
        return f"the name contains {special.group()!r}, which nbgrader reads as a separator or a pattern"
    return None


def _link_problem(*paths: Path) -> str | None:
    for path in paths:
        if path.is_symlink():
            return f"{path.name!r} is a symbolic link; collect the files themselves"
    return None
