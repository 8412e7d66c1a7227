"""Asks nbgrader's gradebook by plain SQL, without importing nbgrader, which takes a second."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from autograder.course.layout import CourseAssignment
from autograder.errors import CourseError


def query(assignment: CourseAssignment, statement: str, **names: str) -> Sequence[Any]:
    """Returns the rows of a statement about an assignment; none without a gradebook.

    The statement has the parameters ``:name`` and ``:course``, those of the assignment, and ``names``. Raises
    CourseError when the database cannot be read.
    """
    course = assignment.course
    names |= {"name": assignment.name, "course": course.course_id}
    ask = _query_sqlite if course.db_url.startswith("sqlite:///") else _query_server
    return ask(course.db_url, names, statement)


def _query_sqlite(db_url: str, names: dict[str, str], statement: str) -> Sequence[Any]:
    """Queries with Python's own sqlite3: when nothing is new, importing SQLAlchemy would take longer than all else."""
    parts = urlsplit(db_url, allow_fragments=False)  # a folder's name may have a #
    name, options = parts.path.removeprefix("/"), parse_qs(parts.query)
    # Which of the two it is depends on the version of SQLAlchemy: since 2.1, %20 is a space.
    path = next(filter(Path.is_file, map(Path, (unquote(name), name))), None)
    if path is None:
        return []
    try:
        with closing(sqlite3.connect(path, timeout=float(options.get("timeout", ["5"])[0]))) as database:
            return database.execute(statement, names).fetchall()
    except sqlite3.Error as error:
        if "no such table" in str(error):
            return []
        raise CourseError(f"the gradebook {db_url!r} cannot be opened: {error}") from error


def _query_server(db_url: str, names: dict[str, str], statement: str) -> Sequence[Any]:
    from sqlalchemy import create_engine, inspect, text
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import SQLAlchemyError
    from sqlalchemy.pool import NullPool

    try:
        engine = create_engine(db_url, poolclass=NullPool)  # so that no connection stays open
        with closing(engine.connect()) as connection:
            found = inspect(connection).has_table("grade")
            return connection.execute(text(statement), names).fetchall() if found else []
    except (SQLAlchemyError, ImportError) as error:
        shown = make_url(db_url).render_as_string(hide_password=True)
        raise CourseError(f"the gradebook {shown!r} cannot be opened: {error}") from error
