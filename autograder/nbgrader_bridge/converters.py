"""Runs nbgrader's own converters in this process, because starting one of its commands takes two seconds."""

import copy
import logging
import sys
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.course.layout import CourseAssignment
from autograder.errors import BuildError, CourseError

if TYPE_CHECKING:
    from traitlets.config import Config


_SOLUTION_PREPROCESSORS = [
    "nbgrader.preprocessors.IncludeHeaderFooter",
    "nbgrader.preprocessors.LockCells",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.ClearMarkScheme",
]
"""nbgrader's default list without Execute: solutions have no outputs, as pictures and timings differ by machine."""


def generate(assignment: CourseAssignment, grade_ids: Collection[str]) -> None:
    """Generates the release and the solution of an assignment from its source.

    ``grade_ids`` are the cells of the source that nbgrader records, for the message in case it refuses them. Raises
    BuildError when nbgrader fails, and CourseError when the gradebook cannot be opened.
    """
    from nbgrader.converters import GenerateAssignment, GenerateSolution

    course, name, db_url = assignment.course, assignment.name, assignment.course.db_url
    create_gradebook(db_url)
    config = copy.deepcopy(course.config)
    config.CourseDirectory.db_url = db_url
    config.GenerateSolution.preprocessors = _SOLUTION_PREPROCESSORS
    for converter in (GenerateAssignment, GenerateSolution):
        reason = convert(converter, course.root, name, config)
        if reason is not None:
            raise BuildError(_explain(reason, name, grade_ids, db_url)) from reason


def convert(converter: Any, root: Path, name: str, config: "Config", *, student: str = "*") -> BaseException | None:
    """Runs one of nbgrader's converters with --force; returns the exception that stopped it, or None."""
    from nbgrader.converters import NbGraderException
    from nbgrader.coursedir import CourseDirectory

    log = logging.Logger(f"autograder.{converter.__name__}")  # noqa: LOG001  # not nbgrader's own, which writes to stderr
    errors = _FirstError()
    log.addHandler(errors)
    coursedir = CourseDirectory(config=config, log=log, root=str(root), assignment_id=name, student_id=student)
    try:
        converter(coursedir=coursedir, config=config, log=log, force=True).start()
    except NbGraderException as error:
        return errors.exception or error
    return None


def create_gradebook(db_url: str) -> None:
    """Creates the tables of the gradebook if they do not exist; raises CourseError if it cannot be opened.

    `nbgrader.api.Gradebook` would do so by running the program `alembic`, which must be on PATH, takes half a second,
    and fails when two processes run it at once.
    """
    from sqlalchemy import create_engine, inspect
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import SQLAlchemyError

    try:
        engine = create_engine(db_url)
        try:
            if not inspect(engine).get_table_names():
                _create_tables(engine)
        finally:
            engine.dispose()
    except (SQLAlchemyError, ImportError) as error:
        shown = make_url(db_url).render_as_string(hide_password=True)
        raise CourseError(f"the gradebook {shown!r} cannot be opened: {error}") from error


def _create_tables(engine: Any) -> None:
    from alembic.script import ScriptDirectory
    from nbgrader.api import Base
    from nbgrader.dbutil import ALEMBIC_DIR
    from sqlalchemy import text

    head = ScriptDirectory(ALEMBIC_DIR).get_current_head()
    with engine.begin() as connection:
        Base.metadata.create_all(connection)
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": head})


class _FirstError(logging.Handler):
    """Records the first exception that a converter logs; the one that it finally raises has no details."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.exception: BaseException | None = None

    def emit(self, record: logging.LogRecord) -> None:  # the exception itself says more than the record
        self.exception = self.exception or sys.exc_info()[1]


def _explain(reason: BaseException, name: str, grade_ids: Collection[str], db_url: str) -> str:
    changes = _cell_changes(name, grade_ids, db_url) if "there are submissions" in str(reason) else ""
    if changes:
        return (
            f"{name!r} has submissions in the gradebook, and this build {changes}: "
            "keep those cells, or remove the submissions from the gradebook first"
        )
    return f"nbgrader cannot generate {name!r}: {type(reason).__name__}: {reason}"


def _cell_changes(name: str, grade_ids: Collection[str], db_url: str) -> str:
    """Describes which recorded cells a build adds or removes, which nbgrader refuses once there are submissions."""
    from nbgrader.api import Gradebook, MissingEntry

    with Gradebook(db_url) as gradebook:
        try:
            recorded = {cell.name for cell in gradebook.find_notebook(name, name).source_cells}
        except MissingEntry:
            return ""
    built = set(grade_ids)
    parts = [("adds", built - recorded), ("removes", recorded - built)]
    return " and ".join(f"{verb} {', '.join(map(repr, sorted(names)))}" for verb, names in parts if names)
