"""Spot checks: some checks of made-up submissions, graded as always but without files and gradebook.

For proofs, which grade hundreds of notebooks that differ from the solution in one answer.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from autograder import intake
from autograder import notebook as nb
from autograder.course import Course
from autograder.errors import AssignmentError
from autograder.graders import Terms, open_graders
from autograder.grading import Grader
from autograder.pool import Died, Pool


@dataclass(frozen=True)
class Spot:
    """A notebook and the checks to ask about it, in this order.

    ``until_broken`` stops at the first law that does not hold; ``seconds`` shortens the limits of cells and calls.
    """

    name: str
    notebook: bytes
    checks: tuple[str, ...]
    until_broken: bool = False
    seconds: float | None = None


def broken_laws(
    course: Course, assignment: str, spots: Sequence[Spot], *, workers: int = 0, terms: Terms | None = None
) -> dict[str, frozenset[str]]:
    """The laws that did not pass, by the spots' names; the course must be built."""
    found: dict[str, frozenset[str]] = {}
    arguments = (str(course.root), assignment, terms or Terms())
    size = workers or len(os.sched_getaffinity(0))
    with Pool("autograder.spotcheck:open_worker", arguments, size) as pool:
        for spot, broken in pool.map(list(spots)):
            if isinstance(broken, Died):
                raise AssignmentError(f"the worker that graded {spot.name!r} died; try again")
            found[spot.name] = broken
    return found


@contextmanager
def open_worker(root: str, assignment: str, terms: Terms) -> Iterator[Callable[[Spot], frozenset[str]]]:
    """What a worker process opens."""
    with open_graders(Course(Path(root)), assignment, terms) as graders:
        yield lambda spot: _broken(graders[assignment], spot)


def _broken(grader: Grader, spot: Spot) -> frozenset[str]:
    submission = intake.merge(nb.parse(spot.notebook)["cells"], grader.template)
    broken: set[str] = set()
    with grader.run(submission, spot.seconds) as run:
        for check in spot.checks:
            verdicts = grader.verdicts(check, run, until_failure=spot.until_broken)
            broken |= {verdict.law for verdict in verdicts if verdict.status != "passed"}
            if broken and spot.until_broken:
                break
    return frozenset(broken)
