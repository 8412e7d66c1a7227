"""nbgrader's own converters, run in this process: starting one of its commands costs two seconds."""

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


def generate(assignment: CourseAssignment, grade_ids: Collection[str]) -> None:
    """Make the release and the solution of an assignment from its source.

    `grade_ids` are the cells of the source that nbgrader records, and serve the message when it refuses them.
    """
    from nbgrader.converters import GenerateAssignment, GenerateSolution

    course, name, db_url = assignment.course, assignment.name, assignment.course.db_url
    create_gradebook(db_url)
    config = copy.deepcopy(course.config)
    config.CourseDirectory.db_url = db_url
    for converter in (GenerateAssignment, GenerateSolution):
        reason = convert(converter, course.root, name, config)
        if reason is not None:
            raise BuildError(_explain(reason, name, grade_ids, db_url)) from reason


def convert(converter: Any, root: Path, name: str, config: "Config", *, student: str = "*") -> BaseException | None:
    """Run one of nbgrader's converters with --force; the exception that stopped it, or None."""
    from nbgrader.converters import NbGraderException
    from nbgrader.coursedir import CourseDirectory

    log = logging.Logger(f"autograder.{converter.__name__}")  # noqa: LOG001  # its own: nbgrader's goes to stderr
    errors = _FirstError()
    log.addHandler(errors)
    coursedir = CourseDirectory(config=config, log=log, root=str(root), assignment_id=name, student_id=student)
    try:
        converter(coursedir=coursedir, config=config, log=log, force=True).start()
    except NbGraderException as error:
        return errors.exception or error
    return None


def create_gradebook(db_url: str) -> None:
    """Make the gradebook's tables when they do not exist.

    `nbgrader.api.Gradebook` does it too, by running the program `alembic`: it needs the environment's bin on
    PATH, takes half a second, and fails when two processes do it at once.
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
    """Keeps the exception that a converter logs and swallows; what it raises in the end says only 'an error'."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.exception: BaseException | None = None

    def emit(self, record: logging.LogRecord) -> None:  # the live exception says more
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
    """What nbgrader will not change once there are submissions: which cells it records."""
    from nbgrader.api import Gradebook, MissingEntry

    with Gradebook(db_url) as gradebook:
        try:
            recorded = {cell.name for cell in gradebook.find_notebook(name, name).source_cells}
        except MissingEntry:
            return ""
    wanted = set(grade_ids)
    parts = [("adds", wanted - recorded), ("removes", recorded - wanted)]
    return " and ".join(f"{verb} {', '.join(map(repr, sorted(names)))}" for verb, names in parts if names)
