"""The mutation score of an assignment: the share of small mistakes in the reference answers that hidden tests catch.

Each mutant is graded like a student's notebook until a test fails. A mutant that fails no test survives: either the
hidden tests miss a mistake, or the mutant is equivalent to the reference answer. Instructors list equivalent mutants
with the reason in ``equivalent_mutants.toml`` of the assignment.
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
from autograder.grading.batch import Progress
from autograder.grading.pool import Pool
from autograder.testing.suite import Suite

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

MIN_SCORE = 0.95
EQUIVALENT_MUTANTS = "equivalent_mutants.toml"
_SECONDS = 1.0
"""Time limit per cell and call, which ends infinite loops; it is short because there are many mutants."""


@dataclass(frozen=True)
class MutationScore:
    """The mutation score of an assignment."""

    killed: int
    """The number of mutants that fail a test."""
    equivalent: int
    """The number of survivors listed in equivalent_mutants.toml."""
    survivors: tuple[Mutant, ...]
    """The other survivors."""
    unused: tuple[str, ...]
    """Entries of equivalent_mutants.toml that match no survivor."""
    skipped_answers: tuple[str, ...] = ()
    """Answers without mutants, because only slow tests grade them."""

    @property
    def value(self) -> float:
        """The share of mutants killed, from 0 to 1, not counting equivalent ones."""
        return self.killed / max(self.killed + len(self.survivors), 1)


def mutation_score(
    course_assignment: CourseAssignment,
    assignment: Assignment,
    pool: Pool,
    *,
    progress: Progress = lambda student, total: None,
) -> MutationScore:
    """Grades all mutants of an assignment that has been built; answers graded only by slow tests are skipped.

    ``progress`` is called after each mutant, with its number and how many there are.

    Mutants that survive incremental grading, and are not listed as equivalent, are graded again as a whole notebook.
    Raises AssignmentError when equivalent_mutants.toml is invalid.
    """
    with Suite(assignment.hidden_tests) as suite:
        graded = _graded_quickly(assignment, suite)
    mutants_by_number = {str(number): mutant for number, mutant in enumerate(_mutants(assignment, graded))}
    equivalents = _read_equivalents(assignment)

    def survivors_of(candidates: dict[str, Mutant], *, whole: bool) -> dict[str, Mutant]:
        edited = [_edited_solution(number, mutant, assignment, whole=whole) for number, mutant in candidates.items()]
        advance = {} if whole else {"progress": progress}
        failed = grade_incrementally(course_assignment, assignment, edited, pool, **advance)
        return {number: mutant for number, mutant in candidates.items() if not failed[number]}

    passed = survivors_of(mutants_by_number, whole=False)
    equivalent = [mutant for mutant in passed.values() if _key(mutant) in equivalents]
    unlisted = {number: mutant for number, mutant in passed.items() if _key(mutant) not in equivalents}
    survivors = survivors_of(unlisted, whole=True)
    unused = equivalents.keys() - {_key(mutant) for mutant in equivalent}
    return MutationScore(
        killed=len(mutants_by_number) - len(equivalent) - len(survivors),
        equivalent=len(equivalent),
        survivors=tuple(sorted(survivors.values(), key=_key)),
        unused=tuple(f"{answer}: {becomes}" for answer, _, becomes in sorted(unused)),
        skipped_answers=tuple(sorted(set(assignment.answers) - graded)),
    )


def _graded_quickly(assignment: Assignment, suite: Suite) -> set[str]:
    """Returns the answers graded by at least one test that is not slow.

    Slow tests train for seconds, and most changes to a training recipe are not mistakes.
    """
    slow = {check for check, tests in suite.tests.items() if all(test.slow for test in tests)}
    return set(assignment.answers) - {answer for check in slow for answer in assignment.answers_graded_by(check)}


def _mutants(assignment: Assignment, answers: set[str]) -> Iterator[Mutant]:
    for answer, source in assignment.answers.items():
        if answer in answers:
            yield from mutants(answer, source)


def _edited_solution(number: str, mutant: Mutant, assignment: Assignment, *, whole: bool) -> EditedSolution:
    # The check named after the answer comes first, because it is the most likely to fail.
    checks = sorted((check.grade_id for check in assignment.checks), key=lambda check: check != f"test_{mutant.answer}")
    answers = {mutant.answer: mutant.source}
    return EditedSolution(number, answers, tuple(checks), until_failure=True, seconds=_SECONDS, whole=whole)


def _key(mutant: Mutant) -> tuple[str, str, str]:
    return mutant.answer, mutant.was, mutant.becomes


def _read_equivalents(assignment: Assignment) -> dict[tuple[str, str, str], str]:
    """Reads equivalent_mutants.toml; returns the reason for each mutant."""
    path = assignment.folder / EQUIVALENT_MUTANTS
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
