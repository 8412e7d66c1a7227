"""Lists the files of a course that students' code must never see."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from autograder.course.layout import Course

DEFAULT_EXCHANGE = "/usr/local/share/nbgrader/exchange"
"""nbgrader's default of c.Exchange.root, which everybody on the machine can write to."""


def private_paths(course: Course) -> tuple[str, ...]:
    """Returns the course folder, the folder of each step, the gradebook, nbgrader's exchange, and some files inside.

    The isolation self-test tries to read every one of them from inside a sandbox. The files are examples of what
    matters most. They do not change while a class is graded, so that its workers can keep their warm processes.
    """
    steps = (
        *(course.assignments, course.source, course.release, course.solutions),
        *(course.submitted, course.autograded, course.feedback, course.reports),
    )
    exchange = Path(str(course.config.Exchange.get("root", "")) or DEFAULT_EXCHANGE)
    paths = [course.root, course.config_file, *_gradebook(course), *steps]
    paths += [exchange] if exchange.exists() else []
    examples = (
        (course.assignments, "*/hidden_tests/*.py"),
        (course.solutions, "*/*.ipynb"),
        (course.submitted, "*/*"),
        (course.submitted, "*/*/*.ipynb"),
    )
    paths += [path for folder, pattern in examples for path in islice(_own(folder, pattern), 1)]
    return tuple(dict.fromkeys(str(path.absolute()) for path in paths))


def _own(folder: Path, pattern: str) -> Iterator[Path]:
    """Yields what is in the folder itself; a student's link may lead to what every sandbox may read."""
    real = folder.resolve()
    for path in folder.glob(pattern):
        try:
            if path.resolve(strict=True).is_relative_to(real) and (path.is_file() or path.is_dir()):
                yield path
        except (OSError, RuntimeError):  # a link to nowhere, or to itself
            continue


def _gradebook(course: Course) -> list[Path]:
    """Returns the file of an SQLite gradebook; other databases are not files of this machine."""
    if not course.db_url.startswith("sqlite"):
        return []
    path, _, _ = course.db_url.partition(":///")[2].partition("?")
    return [course.root / path]
