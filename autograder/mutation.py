"""The mutation score of the hidden suites: how many small mistakes in the reference answers they catch.

Each mutant is graded like a student's notebook, until the first law it breaks. One that breaks none survives, and
is either a hole in the suite or no mistake at all; the latter are recorded by hand in ``equivalent_mutants.toml``
of the assignment, each with its reason.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from autograder import intake
from autograder.assignment import Assignment
from autograder.classroom import answered, release_of
from autograder.course import Course
from autograder.errors import AssignmentError
from autograder.graders import open_graders
from autograder.grading import Grader, NotebookRun
from autograder.mutants import Mutant, mutants
from autograder.pool import Died, Pool
from autograder.student import Student

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

WANTED = 0.95
EQUIVALENTS = "equivalent_mutants.toml"
_SECONDS = 1.0
"""A mutant that loops for ever is caught by its deadline; a short one, because there are many."""


@dataclass(frozen=True)
class Score:
    """What became of an assignment's mutants."""

    killed: int
    equivalent: int
    survivors: tuple[Mutant, ...]
    unused: tuple[str, ...]
    """Entries of equivalent_mutants.toml that match no survivor any more."""

    @property
    def value(self) -> float:
        """The share of the mutants that are mistakes which the suites catch."""
        return self.killed / max(self.killed + len(self.survivors), 1)


def mutation_score(course: Course, name: str, *, workers: int = 0) -> Score:
    """Grades every mutant of every answer; the course must be built."""
    assignment = course.assignment(name)
    found = [mutant for answer, source in assignment.answers.items() for mutant in mutants(answer, source)]
    known = _equivalents(assignment)
    survivors = []
    size = workers or len(os.sched_getaffinity(0))
    with Pool("autograder.mutation:open_worker", (str(course.root), name), size) as pool:
        for mutant, survived in pool.map(found):
            if survived is True:
                survivors.append(mutant)
            elif isinstance(survived, Died):
                raise AssignmentError(f"the worker that graded the mutant {mutant.becomes!r} died; try again")
    equivalent = [mutant for mutant in survivors if _key(mutant) in known]
    holes = sorted((mutant for mutant in survivors if _key(mutant) not in known), key=_key)
    unused = known.keys() - {_key(mutant) for mutant in equivalent}
    stale = tuple(f"{answer}: {becomes}" for answer, _, becomes in sorted(unused))
    return Score(len(found) - len(survivors), len(equivalent), tuple(holes), stale)


@contextmanager
def open_worker(root: str, name: str) -> Iterator[Callable[[Mutant], bool]]:
    """What a worker process opens; it answers whether a mutant breaks no law."""
    course = Course(Path(root))
    assignment, release = course.assignment(name), release_of(course, name)
    with open_graders(course, name) as graders:
        grader = graders[name]

        def survives(mutant: Mutant) -> bool:
            notebook = answered(release, assignment.answers | {mutant.answer: mutant.source})
            return _survives(grader, intake.merge(notebook["cells"], grader.template), mutant.answer)

        yield survives


def _survives(grader: Grader, submission: intake.Submission, answer: str) -> bool:
    limits = replace(grader.limits, cell_seconds=_SECONDS, call_seconds=_SECONDS)
    run = NotebookRun(grader.zygote, submission, limits, grader.files)
    try:
        run.start()
        return all(_passes(grader, run, check) for check in _likely_first(grader, answer))
    finally:
        run.close()


def _passes(grader: Grader, run: NotebookRun, check: str) -> bool:
    assert grader.suite is not None
    student = Student(run.fork, seconds=_SECONDS, locate=run.line)
    try:
        verdicts = grader.suite.run(check, student, until_failure=True)
    finally:
        student.close()
    return all(verdict.status == "passed" for verdict in verdicts)


def _likely_first(grader: Grader, answer: str) -> list[str]:
    """The checks, the one that is named after the answer first: it is the one that fails."""
    checks = [cell.grade_id for cell in grader.template.checks]
    return sorted(checks, key=lambda check: check != f"test_{answer}")


def _key(mutant: Mutant) -> tuple[str, str, str]:
    return mutant.answer, mutant.was, mutant.becomes


def _equivalents(assignment: Assignment) -> dict[tuple[str, str, str], str]:
    """The mutants that are no mistakes, with the reason somebody gave."""
    path = assignment.folder / EQUIVALENTS
    if not path.is_file():
        return {}
    try:
        entries: list[dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8")).get("mutant", [])
        return {(entry["answer"], entry["was"], entry["becomes"]): _reason(entry) for entry in entries}
    except (tomllib.TOMLDecodeError, KeyError, TypeError, UnicodeDecodeError) as error:
        raise AssignmentError(
            f"{path}: {error}; write [[mutant]] tables with answer, was, becomes and reason, as CONTRIBUTING.md shows"
        ) from error


def _reason(entry: dict[str, Any]) -> str:
    if not str(entry["reason"]).strip():
        raise KeyError(f"the mutant {entry['becomes']!r} has no reason")
    return str(entry["reason"])
