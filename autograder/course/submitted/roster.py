"""Who submitted an assignment, and which names a student may have: those that no web page and no tool misreads."""

import re
import unicodedata
from pathlib import Path
from typing import NamedTuple

from autograder.errors import CourseError

_NAME = re.compile(r"[\w.@-]+( [\w.@-]+)*")
_FORBIDDEN = re.compile(r"[^\w.@ -]")


class Roster(NamedTuple):
    """The students who submitted an assignment, and the folders in submitted/ that cannot be graded."""

    students: tuple[str, ...]
    refused: dict[str, str]
    """The reason for each refused folder name."""


def list_students(submitted: Path, assignment: str) -> Roster:
    """Lists the students with a folder submitted/<student>/<assignment>/.

    Names that nbgrader or a web page would misread, symbolic links, and folders that cannot be read are refused.
    """
    students: list[str] = []
    refused: dict[str, str] = {}
    for folder in sorted(submitted.iterdir()) if submitted.is_dir() else ():
        submission = folder / assignment
        try:
            if not (folder.is_dir() and (submission.is_dir() or submission.is_symlink())):
                continue
            problem = name_problem(folder.name) or _link_problem(folder, submission)
        except OSError as error:
            problem = f"the folder cannot be read ({error.strerror}); change its permissions"
        if problem:
            refused[folder.name] = problem
        else:
            students.append(folder.name)
    return Roster(tuple(students), refused)


def require_name(student: str) -> None:
    """Raises CourseError, with the reason, for a name that no student may have."""
    problem = name_problem(student)
    if problem:
        raise CourseError(f"the student {printable(student)!r} is refused: {problem}")


def name_problem(student: str) -> str | None:
    """Returns why ``student`` cannot be a student id, or None when it can.

    Letters of any language, digits and ``. @ - _`` are allowed, with single spaces between them: formgrader's pages do
    not escape ids. ``+`` is not, although it is harmless there, because nbgrader's exchange separates ids by it.
    """
    if not student.isprintable():
        return "the name contains a line break or another character that cannot be printed"
    if student.startswith("."):
        return "the name starts with a dot"
    if student != student.strip():
        return "the name starts or ends with a space, which nbgrader strips"
    if special := re.search(r"[+*?\[\]\\/,]", student):
        return f"the name contains {special.group()!r}, which nbgrader reads as a separator or a pattern"
    composed = unicodedata.normalize("NFC", student)  # some systems write accents as characters of their own
    if odd := _FORBIDDEN.search(composed):
        return f"the name contains {odd.group()!r}, which a web page may misread; use letters, digits and . @ - _"
    if not _NAME.fullmatch(composed):
        return "the name is empty or has several spaces in a row; use single spaces"
    return None


def printable(name: str) -> str:
    """Replaces the characters of a file name that cannot be printed safely, such as control characters."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in name)


def _link_problem(*paths: Path) -> str | None:
    for path in paths:
        if path.is_symlink():
            return f"{path.name!r} is a symbolic link; copy the files instead"
    return None
