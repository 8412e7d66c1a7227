"""The mutation score of the hidden suites: how many small mistakes in the reference answers they catch.

Each mutant is graded like a student's notebook, until the first test it breaks. One that breaks none survives, and
is either a hole in the suite or no mistake at all; the latter are recorded by hand in ``equivalent_mutants.toml``
of the assignment, each with its reason.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from autograder.authoring.incremental import EditedSolution, grade_incrementally
from autograder.authoring.mutants import Mutant, mutants
from autograder.course.assignment import Assignment
from autograder.course.layout import CourseAssignment
from autograder.errors import AssignmentError
from autograder.grading.pool import Pool
from autograder.testing.suite import Suite

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
    left_out: tuple[str, ...] = ()
    """Answers that slow tests alone judge, of which no mutants are made."""

    @property
    def value(self) -> float:
        """The share of the mutants that are mistakes which the suites catch."""
        return self.killed / max(self.killed + len(self.survivors), 1)


def mutation_score(place: CourseAssignment, assignment: Assignment, pool: Pool) -> Score:
    """Grades every mutant of every answer that a quick grading judges; the course must be built.

    Whatever survives in an edited copy of the solution is graded again as a whole notebook.
    """
    with Suite(assignment.hidden_tests) as suite:
        judged = _judged(assignment, suite)
    every = {str(number): mutant for number, mutant in enumerate(_mutants(assignment, judged))}
    known = _equivalents(assignment)
    left = every
    for whole in (False, True):
        edited = [_edited(number, mutant, assignment, whole=whole) for number, mutant in left.items()]
        failed = grade_incrementally(place, assignment, edited, pool)
        left = {number: every[number] for number, tests in failed.items() if not tests}
    survivors = list(left.values())
    equivalent = [mutant for mutant in survivors if _key(mutant) in known]
    holes = sorted((mutant for mutant in survivors if _key(mutant) not in known), key=_key)
    unused = known.keys() - {_key(mutant) for mutant in equivalent}
    stale = tuple(f"{answer}: {becomes}" for answer, _, becomes in sorted(unused))
    left_out = tuple(sorted(set(assignment.answers) - judged))
    return Score(len(every) - len(survivors), len(equivalent), tuple(holes), stale, left_out)


def _judged(assignment: Assignment, suite: Suite) -> set[str]:
    """The answers that some test judges which is not slow; one that only slow tests judge has no mutants.

    They train for seconds each, and most changes of a recipe are no mistakes.
    """
    slow = {check for check, tests in suite.tests.items() if all(test.slow for test in tests)}
    return set(assignment.answers) - {answer for check in slow for answer in assignment.answers_graded_by(check)}


def _mutants(assignment: Assignment, answers: set[str]) -> Iterator[Mutant]:
    for answer, source in assignment.answers.items():
        if answer in answers:
            yield from mutants(answer, source)


def _edited(number: str, mutant: Mutant, assignment: Assignment, *, whole: bool) -> EditedSolution:
    """The mutant with all checks; the one that is named after the answer, which is likely to catch it, first."""
    checks = sorted((check.grade_id for check in assignment.checks), key=lambda check: check != f"test_{mutant.answer}")
    answers = {mutant.answer: mutant.source}
    return EditedSolution(number, answers, tuple(checks), until_failure=True, seconds=_SECONDS, whole=whole)


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
