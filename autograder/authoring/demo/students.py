"""The students of a demo class: perfect, unanswered, half done, with one mistake or several, copied, damaged.

What each must earn follows from the assignment's folder, as for every sample submission.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from autograder.authoring.sample_class import (
    SampleKind,
    SampleSubmission,
    damaged_samples,
    evenly_spaced,
    fill_in_answers,
    read_release,
    samples,
)
from autograder.course.assignment import Assignment, Variant
from autograder.course.layout import CourseAssignment
from autograder.notebooks import ipynb
from autograder.testing.suite import Suite

HALF_DONE, MISTAKEN, COPIED = "half-done", "many-mistakes", "copied-many-mistakes"

_WRONG, _RIGHT, _DAMAGED = 5, 1, 3
"""The number of samples of each kind, unless all are graded."""


def demo_class(course_assignment: CourseAssignment, suite: Suite, *, everything: bool) -> list[SampleSubmission]:
    """Returns the submissions of a class: a few of each kind or, with ``everything``, all there are."""
    assignment = course_assignment.load()
    intact, damaged = samples(course_assignment, assignment), damaged_samples(course_assignment, assignment)
    made_up = [_half_done(course_assignment, assignment, suite), *_mistaken(course_assignment, assignment)]
    if everything:
        return [*intact[:2], *made_up, *intact[2:], *damaged]
    wrong = [sample for sample in intact if sample.kind is SampleKind.WRONG]
    right = [sample for sample in intact if sample.kind is SampleKind.RIGHT]
    # The endless loop takes as long as its time limit.
    quick = [sample for sample in damaged if sample.student != "damaged-endless_loop"]
    some = [*evenly_spaced(wrong, _WRONG), *evenly_spaced(right, _RIGHT), *quick[:_DAMAGED]]
    return [*intact[:2], *made_up, *some]


def _half_done(course_assignment: CourseAssignment, assignment: Assignment, suite: Suite) -> SampleSubmission:
    """Returns a submission with the right answers of the first half of the checks, and nothing else."""
    first = assignment.checks[: len(assignment.checks) // 2]
    answered = {name for check in first for name in assignment.answers_graded_by(check.grade_id)}
    answers = {name: source for name, source in assignment.answers.items() if name in answered}
    checks = {check.grade_id for check in first}
    fails = [test.id for check, tests in suite.tests.items() if check not in checks for test in tests]
    data = ipynb.dump(fill_in_answers(read_release(course_assignment), answers))
    description = "Only the first half is answered, correctly."
    return SampleSubmission(SampleKind.WRONG, HALF_DONE, description, data, frozenset(fails))


def _mistaken(course_assignment: CourseAssignment, assignment: Assignment) -> list[SampleSubmission]:
    """Returns a submission with a mistake in every other check, and a copy of it that somebody else hands in."""
    mistakes = list(_independent_mistakes(assignment))[::2]
    answers = {name: source for mistake in mistakes for name, source in mistake.answers.items()}
    fails = frozenset(test for mistake in mistakes for test in mistake.fails)
    data = ipynb.dump(fill_in_answers(read_release(course_assignment), assignment.answers | answers))
    description = f"{len(mistakes)} mistakes, in as many questions."
    sample = SampleSubmission(SampleKind.WRONG, MISTAKEN, description, data, fails, answers)
    return [sample, replace(sample, student=COPIED, description=f"A copy of what {MISTAKEN} handed in.")]


def _independent_mistakes(assignment: Assignment) -> Iterator[Variant]:
    """Yields for each check the wrong answer that fails most of its hidden tests, and none of another check."""
    wrong = assignment.wrong_answers()
    for check in assignment.checks:
        own = [mistake for mistake in wrong if _concerns_only(mistake, check.grade_id, assignment)]
        if own:
            yield max(own, key=lambda mistake: len(mistake.fails))


def _concerns_only(mistake: Variant, check: str, assignment: Assignment) -> bool:
    checks = {test.partition("::")[0] for test in mistake.fails}
    return checks == {check} and mistake.answers.keys() <= assignment.answers_graded_by(check)


def with_answers(sample: SampleSubmission, answers: Mapping[str, str]) -> SampleSubmission:
    """Returns the sample with ``answers`` (by name) in its notebook as well."""
    filled = fill_in_answers(ipynb.parse(sample.data), answers)
    return replace(sample, data=ipynb.dump(filled))
