"""The directory layout of a course: nbgrader's folders, and where each assignment is in them."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.course.assignment import Assignment
from autograder.course.config import CONFIG_NAME, load_config, refuse_submitted_course
from autograder.course.settings import Settings, classic_settings
from autograder.course.submitted.roster import Roster, list_students
from autograder.errors import CourseError, NotebookError
from autograder.notebooks.conversion import built_from, read_notebook

if TYPE_CHECKING:
    from traitlets.config import Config

_IGNORED = (".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback")
"""nbgrader's default for CourseDirectory.ignore: names of files and folders that it never copies."""


@dataclass(frozen=True)
class Course:
    """A course directory.

    ``config_folder`` contains nbgrader_config.py. That is usually ``root``, the default, but the file may name another
    root, and the one in ~/.jupyter may do so for every folder.
    """

    root: Path
    config_folder: Path | None = None

    def __getstate__(self) -> dict[str, Path | None]:
        """Leaves out the cached configuration; worker processes read it again."""
        return {"root": self.root, "config_folder": self.config_folder}

    @classmethod
    def find(cls, start: Path) -> "Course":
        """Returns the course that contains the folder ``start``, or that nbgrader is configured for on this machine.

        Raises CourseError when there is none, and when it lies where students' files are: nothing of its
        configuration, which is Python code, is executed then.
        """
        start = start.absolute()
        folder = next((folder for folder in (start, *start.parents) if (folder / f"{CONFIG_NAME}.py").is_file()), start)
        refuse_submitted_course(folder)
        here = cls(folder)
        root = str(here.config.CourseDirectory.get("root", ""))
        if root:
            return cls((folder / root).absolute(), folder)
        if here.config_file.is_file():
            return here
        raise CourseError(
            f"no {CONFIG_NAME}.py in {str(start)!r} or above it: change into a course folder, or make one with "
            "`autograder init`"
        )

    @property
    def config_file(self) -> Path:
        """The configuration of the course, which need not exist."""
        return (self.config_folder or self.root) / f"{CONFIG_NAME}.py"

    @property
    def assignments(self) -> Path:
        """The assignment folders that instructors edit."""
        return self.root / "assignments"

    @property
    def source(self) -> Path:
        """The instructor notebooks; built from ``assignments``."""
        return self._step_folder("source")

    @property
    def release(self) -> Path:
        """The student notebooks; built."""
        return self._step_folder("release")

    @property
    def solutions(self) -> Path:
        """The notebooks with the reference solutions; built."""
        return self._step_folder("solution")

    @property
    def submitted(self) -> Path:
        """The collected submissions, in <student>/<assignment>/."""
        return self._step_folder("submitted")

    @property
    def autograded(self) -> Path:
        """The graded notebooks, in <student>/<assignment>/."""
        return self._step_folder("autograded")

    @property
    def feedback(self) -> Path:
        """The feedback for students, in <student>/<assignment>/."""
        return self._step_folder("feedback")

    @property
    def reports(self) -> Path:
        """The results of hidden tests, in <assignment>/<student>.json, and logs/."""
        return self.root / "reports"

    @cached_property
    def config(self) -> "Config":
        """The configuration of nbgrader's commands; that of the course overrides that of the machine.

        Raises CourseError when a configuration file cannot be loaded.
        """
        return load_config(self.config_file.parent)

    @property
    def db_url(self) -> str:
        """The SQLAlchemy URL of the gradebook: c.CourseDirectory.db_url, or gradebook.db in ``root``."""
        configured = self.config.CourseDirectory.get("db_url", "")
        return str(configured) or f"sqlite:///{(self.root / 'gradebook.db').absolute()}"

    @property
    def course_id(self) -> str:
        """The course id: c.CourseDirectory.course_id, or nbgrader's default."""
        return str(self.config.CourseDirectory.get("course_id", ""))

    def assignment_names(self) -> list[str]:
        """Returns the names of the folders in ``assignments``, sorted."""
        return _folders(self.assignments)

    def gradable_names(self) -> list[str]:
        """Returns the names of all assignments with a folder in ``assignments`` or ``source``, sorted."""
        return sorted({*self.assignment_names(), *_folders(self.source)})

    def assignment(self, name: str) -> "CourseAssignment":
        """Returns the assignment with this name; raises CourseError when the course has no such assignment."""
        names = self.gradable_names()
        if name not in names:
            raise CourseError(f"no assignment {name!r} in this course{suggestion(name, names)}")
        return CourseAssignment(self, name)

    def find_assignment(self, beginning: str) -> "CourseAssignment":
        """Returns the assignment with this name, or the only one whose name begins so: `a1` is enough for people.

        Raises CourseError when there is none, or more than one.
        """
        names = self.gradable_names()
        matching = [name for name in names if name.startswith(beginning)] if beginning else []
        if beginning in names or not matching:
            return self.assignment(beginning)
        if len(matching) > 1:
            raise CourseError(f"{beginning!r} is the beginning of several assignments: {', '.join(matching)}")
        return self.assignment(matching[0])

    def _step_folder(self, step: str) -> Path:
        """Returns the folder of a step of nbgrader, as nbgrader is configured."""
        return self.root / str(self.config.CourseDirectory.get(f"{step}_directory", step))


@dataclass(frozen=True)
class CourseAssignment:
    """An assignment of a course: its folders in each step of nbgrader, and its settings.

    A classic assignment was made with plain nbgrader: it has notebooks in source/ and no folder in assignments/.
    """

    course: Course
    name: str

    @property
    def folder(self) -> Path:
        """assignments/<name>/, which classic assignments do not have."""
        return self.course.assignments / self.name

    @property
    def is_classic(self) -> bool:
        """Whether the assignment was made with plain nbgrader, with hidden tests inside the notebook."""
        return not self.folder.is_dir()

    @cached_property
    def settings(self) -> Settings:
        """The settings in assignment.toml; those of the course for a classic assignment."""
        return classic_settings(self.name, self.course.config) if self.is_classic else Settings.load(self.folder)

    def load(self) -> Assignment:
        """Reads the assignment folder.

        Raises CourseError for a classic assignment, and AssignmentError when the folder is invalid.
        """
        if self.is_classic:
            raise CourseError(
                f"{self.name!r} has no folder in {str(self.course.assignments)!r}: classic nbgrader assignments can be "
                "graded, but not built or proved"
            )
        return Assignment.load(self.folder)

    @property
    def build_command(self) -> str:
        """The command that makes the release from what the instructor wrote."""
        return f"nbgrader generate_assignment {self.name}" if self.is_classic else f"autograder build {self.name}"

    @property
    def source(self) -> Path:
        """source/<name>/, with the instructor notebooks."""
        return self.course.source / self.name

    @property
    def release(self) -> Path:
        """release/<name>/, with the student notebooks."""
        return self.course.release / self.name

    @property
    def solution(self) -> Path:
        """solutions/<name>/, with the reference solution as a notebook."""
        return self.course.solutions / self.name

    @property
    def reports(self) -> Path:
        """reports/<name>/, with the result of each student."""
        return self.course.reports / self.name

    def submitted(self, student: str) -> Path:
        """Returns submitted/<student>/<name>/."""
        return self.course.submitted / student / self.name

    def autograded(self, student: str) -> Path:
        """Returns autograded/<student>/<name>/."""
        return self.course.autograded / student / self.name

    def feedback(self, student: str) -> Path:
        """Returns feedback/<student>/<name>/."""
        return self.course.feedback / student / self.name

    def notebook_names(self) -> list[str]:
        """Returns the stems of the notebooks in source/<name>/, sorted; only classic assignments have several.

        Raises CourseError when there is none because the assignment has not been built.
        """
        names = sorted(path.stem for path in self.source.glob("*.ipynb") if path.is_file())
        if not names:
            raise CourseError(f"assignment {self.name!r} has no notebook to grade; run `{self.build_command}`")
        if self.is_classic and any(map(_is_built, self.source.glob("*.ipynb"))):
            raise CourseError(f"{self.source} was built from {self.folder}, which is missing; restore that folder")
        return names

    def supporting_files(self) -> list[Path]:
        """Returns the other files in source/<name>/ that nbgrader releases along with the notebooks."""
        ignored = [*self.course.config.CourseDirectory.get("ignore", _IGNORED), "*.ipynb"]
        files = (path for path in sorted(self.source.rglob("*")) if path.is_file())
        return [
            path
            for path in files
            if not any(fnmatch(part, glob) for part in path.relative_to(self.source).parts for glob in ignored)
        ]

    def kept_files(self) -> frozenset[str]:
        """Returns the names of the supporting files that students cannot replace by their own.

        All others are in nbgrader's Autograde.exclude_overwriting.
        """
        replaceable = self.course.config.Autograde.get("exclude_overwriting", {}).get(self.name, ())
        names = {path.relative_to(self.source).as_posix() for path in self.supporting_files()}
        return frozenset(names.difference(replaceable))

    def roster(self) -> Roster:
        """Lists the students who submitted the assignment, and the folders in submitted/ that are refused."""
        return list_students(self.course.submitted, self.name)


def _is_built(notebook: Path) -> bool:
    """Whether a source notebook was built from an assignment folder, and has its hidden tests there."""
    try:
        return built_from(read_notebook(notebook)) is not None
    except NotebookError:  # not one of ours, or damaged: grading says what is wrong with it
        return False


def _folders(folder: Path) -> list[str]:
    if not folder.is_dir():
        return []
    return sorted(path.name for path in folder.iterdir() if path.is_dir() and path.name[0] not in "._")


def suggestion(name: str, names: Iterable[str]) -> str:
    """Returns the end of a message about the unknown ``name``: the closest of ``names``, or all of them."""
    close = difflib.get_close_matches(name, names, n=1)
    if close:
        return f"; did you mean {close[0]!r}?"
    return f"; choose from {', '.join(names)}" if names else "; create one with `autograder new`"
