"""A course directory, which holds nbgrader_config.py, and the folders of each assignment in it."""

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from autograder.course.assignment import Assignment
from autograder.course.settings import Settings
from autograder.errors import CourseError

if TYPE_CHECKING:
    from traitlets.config import Config

CONFIG_NAME = "nbgrader_config"

CLASSIC_LIBRARIES = ("numpy", "matplotlib.pyplot")
"""What is imported once for an assignment without settings; its notebooks may import more, at their own expense."""


class Roster(NamedTuple):
    """Who submitted an assignment."""

    students: tuple[str, ...]
    refused: dict[str, str]
    """Folder name → why it is not graded; nbgrader would misread these names."""


@dataclass(frozen=True)
class Course:
    """One course; `root` holds nbgrader_config.py."""

    root: Path

    def __getstate__(self) -> dict[str, Path]:
        """A worker process reads the configuration itself."""
        return {"root": self.root}

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
        return self._step("source")

    @property
    def release(self) -> Path:
        """What students get, built."""
        return self._step("release")

    @property
    def solutions(self) -> Path:
        """The reference solutions as notebooks, built."""
        return self._step("solution")

    @property
    def submitted(self) -> Path:
        """submitted/<student>/<assignment>/, as collected."""
        return self._step("submitted")

    @property
    def autograded(self) -> Path:
        """autograded/<student>/<assignment>/, graded notebooks."""
        return self._step("autograded")

    @property
    def feedback(self) -> Path:
        """feedback/<student>/<assignment>/, what the student reads."""
        return self._step("feedback")

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

    @property
    def course_id(self) -> str:
        """c.CourseDirectory.course_id, or nbgrader's default."""
        return str(self.config.CourseDirectory.get("course_id", "")) or "default_course"

    def assignment_names(self) -> list[str]:
        """The folders of assignments/, sorted."""
        return _folders(self.assignments)

    def gradable_names(self) -> list[str]:
        """Every assignment with an assignment folder or a source notebook, sorted."""
        return sorted({*self.assignment_names(), *_folders(self.source)})

    def assignment(self, name: str) -> "CourseAssignment":
        """The assignment of that name; raises `CourseError` when the course has none."""
        names = self.gradable_names()
        if name not in names:
            raise CourseError(f"no assignment {name!r} in this course{suggestion(name, names)}")
        return CourseAssignment(self, name)

    def _step(self, step: str) -> Path:
        """The folder of one of nbgrader's steps: its configuration decides, so that both agree."""
        return self.root / str(self.config.CourseDirectory.get(f"{step}_directory", step))


@dataclass(frozen=True)
class CourseAssignment:
    """One assignment of a course: its folders in each of nbgrader's steps, and its settings.

    It has a folder in assignments/, or it was made with plain nbgrader ("classic") and has source notebooks alone.
    """

    course: Course
    name: str

    @property
    def folder(self) -> Path:
        """assignments/<name>/, which a classic assignment does not have."""
        return self.course.assignments / self.name

    @property
    def is_classic(self) -> bool:
        """Whether it was made with plain nbgrader, with hidden tests inside the notebook."""
        return not self.folder.is_dir()

    @cached_property
    def settings(self) -> Settings:
        """What its assignment.toml says; the defaults for a classic assignment."""
        return Settings(self.name, libraries=CLASSIC_LIBRARIES) if self.is_classic else Settings.load(self.folder)

    def load(self) -> Assignment:
        """The assignment folder, read and checked; raises `CourseError` for a classic assignment."""
        if self.is_classic:
            raise CourseError(
                f"no assignment {self.name!r} in {str(self.course.assignments)!r}: it was made with nbgrader"
            )
        return Assignment.load(self.folder)

    @property
    def source(self) -> Path:
        """source/<name>/, the instructor's notebooks."""
        return self.course.source / self.name

    @property
    def release(self) -> Path:
        """release/<name>/, what students get."""
        return self.course.release / self.name

    @property
    def solution(self) -> Path:
        """solutions/<name>/, the reference solution as a notebook."""
        return self.course.solutions / self.name

    @property
    def reports(self) -> Path:
        """reports/<name>/, a result for each student."""
        return self.course.reports / self.name

    def submitted(self, student: str) -> Path:
        """submitted/<student>/<name>/."""
        return self.course.submitted / student / self.name

    def autograded(self, student: str) -> Path:
        """autograded/<student>/<name>/."""
        return self.course.autograded / student / self.name

    def feedback(self, student: str) -> Path:
        """feedback/<student>/<name>/."""
        return self.course.feedback / student / self.name

    def notebook_names(self) -> list[str]:
        """The notebooks of source/<name>/: ours has one, a classic assignment may have several.

        Raises `CourseError` when there is none, because the assignment was not built.
        """
        names = sorted(path.stem for path in self.source.glob("*.ipynb") if path.is_file())
        if not names:
            raise CourseError(f"assignment {self.name!r} is not built; run `autograder build {self.name}`")
        return names

    def handed_out(self) -> list[Path]:
        """The files beside the notebooks in source/<name>/, which every student has."""
        files = (path for path in sorted(self.source.rglob("*")) if path.is_file() and path.suffix != ".ipynb")
        return [path for path in files if not any(part[0] in "._" for part in path.relative_to(self.source).parts)]

    def roster(self) -> Roster:
        """Who submitted it; a folder whose name is no student id is refused with the reason."""
        students: list[str] = []
        refused: dict[str, str] = {}
        submitted = self.course.submitted
        for folder in sorted(submitted.iterdir()) if submitted.is_dir() else ():
            work = folder / self.name
            if not (folder.is_dir() and (work.is_dir() or work.is_symlink())):
                continue
            problem = _name_problem(folder.name) or _link_problem(folder, work)
            if problem:
                refused[folder.name] = problem
            else:
                students.append(folder.name)
        return Roster(tuple(students), refused)


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
