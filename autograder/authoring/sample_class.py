"""Sample classes: submissions whose scores are known before they are graded, in a course of their own."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path
from typing import TypeVar

from autograder.authoring.build import build
from autograder.course.assignment import Assignment, Variant
from autograder.course.layout import CONFIG_NAME, Course, CourseAssignment
from autograder.grading import batch
from autograder.grading.options import GradingOptions
from autograder.grading.pool import Pool
from autograder.nbgrader_bridge.recorded import NbgraderGradebook
from autograder.notebooks import ipynb
from autograder.results import store
from autograder.results.model import Status, SubmissionResult
from autograder.testing.hidden_test import HiddenTest
from autograder.testing.suite import Suite

T = TypeVar("T")

_TOLERANCE = 1e-3
"""Scores are rounded; two that differ by less are the same."""


class SampleKind(Enum):
    """What a sample submission stands for."""

    SOLUTION = "solution"
    UNTOUCHED = "untouched"
    WRONG = "wrong"
    RIGHT = "right"
    DAMAGED = "damaged"


@dataclass(frozen=True)
class SampleSubmission:
    """A submission that was made up: its notebook, and the hidden tests it must fail (all of them when None)."""

    kind: SampleKind
    student: str
    claim: str
    data: bytes
    fails: frozenset[str] | None = frozenset()
    answers: dict[str, str] = field(default_factory=dict)
    """The answers that differ from the solution's."""


def copy_course(course: Course, folder: Path, names: list[str]) -> Course:
    """A course in ``folder`` with these assignments, built, and a gradebook of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(course.root / f"{CONFIG_NAME}.py", folder)
    copied = Course(folder.absolute())
    for name in names:
        skip = shutil.ignore_patterns("__pycache__", ".*")
        shutil.copytree(course.assignment(name).folder, copied.assignments / name, ignore=skip)
        build(copied.assignment(name))
    return copied


def submit(assignment: CourseAssignment, sample: SampleSubmission) -> None:
    """Puts a submission where nbgrader collects them."""
    folder = assignment.submitted(sample.student)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{assignment.name}.ipynb").write_bytes(sample.data)


def release_of(assignment: CourseAssignment) -> ipynb.Json:
    """The released notebook."""
    return ipynb.parse((assignment.release / f"{assignment.name}.ipynb").read_bytes())


def answered(release: ipynb.Json, answers: Mapping[str, str]) -> ipynb.Json:
    """The released notebook with its answer cells filled in."""
    filled = deepcopy(release)
    for cell in filled["cells"]:
        cell["source"] = answers.get(ipynb.grade_id_of(cell) or "", cell["source"])
    return filled


def samples(course_assignment: CourseAssignment, assignment: Assignment) -> list[SampleSubmission]:
    """The solution, the untouched release, every wrong and every right answer."""
    release = release_of(course_assignment)
    reference = assignment.answers

    def variant_of(kind: SampleKind, variant: Variant) -> SampleSubmission:
        data = ipynb.dump(answered(release, reference | variant.answers))
        student = f"{kind.value}-{variant.name}"
        return SampleSubmission(kind, student, variant.claim, data, variant.fails, variant.answers)

    solved = ipynb.dump(answered(release, reference))
    return [
        SampleSubmission(SampleKind.SOLUTION, "solution", "The reference solution.", solved),
        SampleSubmission(
            SampleKind.UNTOUCHED, "untouched", "The release as it was handed out.", ipynb.dump(release), None
        ),
        *(variant_of(SampleKind.WRONG, variant) for variant in assignment.wrong_answers()),
        *(variant_of(SampleKind.RIGHT, variant) for variant in assignment.right_answers()),
    ]


def damaged_samples(course_assignment: CourseAssignment, assignment: Assignment) -> list[SampleSubmission]:
    """Notebooks that stop other graders; where the answers are all there, they must still earn everything."""
    solved = answered(release_of(course_assignment), assignment.answers)
    graded = [cell for cell in solved["cells"] if ipynb.nbgrader_of(cell).get("grade")]

    def with_cell(source: str) -> bytes:
        extra: ipynb.Json = {"cell_type": "code", "metadata": {}, "source": source}
        return ipynb.dump({**solved, "cells": [*solved["cells"], extra | {"outputs": [], "execution_count": None}]})

    def of(name: str, claim: str, data: bytes, fails: frozenset[str] | None = frozenset()) -> SampleSubmission:
        return SampleSubmission(SampleKind.DAMAGED, f"damaged-{name}", claim, data, fails)

    no_checks = {**solved, "cells": [cell for cell in solved["cells"] if cell not in graded]}
    twice = {**solved, "cells": [*solved["cells"], *deepcopy(graded)]}
    return [
        of("not_json", "A file that is not a notebook.", b"PK\x03\x04 not a notebook", None),
        of("endless_loop", "A cell that never ends.", with_cell("while True:\n    pass")),
        of("os_exit", "A cell that ends the process.", with_cell("import os\nos._exit(0)")),
        of("deleted_cells", "All graded cells deleted.", ipynb.dump(no_checks)),
        of("duplicated_cells", "All graded cells twice.", ipynb.dump(twice)),
        of("prints_50_mb", "A cell that prints 50 MB.", with_cell("print('x' * 50_000_000)")),
    ]


def spread(items: Sequence[T], count: int) -> list[T]:
    """At most ``count`` of the items, evenly spaced over the whole sequence."""
    if len(items) <= count:
        return list(items)
    return [items[index * len(items) // count] for index in range(count)]


def expected_score(
    assignment: Assignment,
    suite: Suite,
    sample: SampleSubmission,
    *,
    skipped: frozenset[str] = frozenset(),
    shares: Mapping[str, float] | None = None,
) -> float:
    """What a submission that fails exactly ``sample.fails`` must earn.

    Tests that were ``skipped`` earn nothing; a failed test earns its share.
    """

    def part(test: HiddenTest) -> float:
        if test.id in skipped:
            return 0.0
        fails = sample.fails is None or test.id in sample.fails
        return test.weight * ((shares or {}).get(test.id, 0.0) if fails else 1.0)

    total = 0.0
    for check in assignment.checks:
        tests = suite.tests.get(check.grade_id, ())
        weight = sum(test.weight for test in tests)
        total += check.points * sum(map(part, tests)) / weight if weight else 0.0
    return round(total, 4)


@dataclass(frozen=True)
class GradedSamples:
    """The sample submissions of an assignment, graded in a copy of the course."""

    place: CourseAssignment
    assignment: Assignment
    suite: Suite
    samples: tuple[SampleSubmission, ...]
    results: Mapping[str, SubmissionResult]
    errors: Mapping[str, str]
    """Why a sample could not be graded, by student."""

    def of(self, *kinds: SampleKind) -> list[SampleSubmission]:
        """The samples of these kinds that were graded."""
        return [sample for sample in self.samples if sample.kind in kinds and sample.student in self.results]

    def failed(self, sample: SampleSubmission) -> frozenset[str]:
        """The tests that a sample did not pass."""
        return self.results[sample.student].failed_tests()

    def skipped(self, sample: SampleSubmission) -> frozenset[str]:
        """The slow tests that were not run for a sample."""
        run = {verdict.test for verdict in self.results[sample.student].verdicts}
        return self.suite.slow_tests() - run

    def wrong_score(self, sample: SampleSubmission) -> str:
        """What is wrong with a sample's score; nothing when it is as it must be.

        Tests that were not run for it earn nothing, and a failed test earns its share.
        """
        result = self.results[sample.student]
        skipped = self.skipped(sample)
        shares = {verdict.test: verdict.share for verdict in result.verdicts}
        expected = expected_score(self.assignment, self.suite, sample, skipped=skipped, shares=shares)
        return f"earns {result.score:g} instead of {expected:g}" if abs(result.score - expected) > _TOLERANCE else ""


def grade_samples(
    place: CourseAssignment,
    assignment: Assignment,
    suite: Suite,
    every: Sequence[SampleSubmission],
    pool: Pool,
    *,
    quick: Collection[str] = (),
) -> GradedSamples:
    """Submits and grades the samples, those of the students in ``quick`` without slow tests.

    Skipped tests do not appear in the results.
    """
    outcomes: list[batch.Outcome] = []
    for sample in every:
        submit(place, sample)
    for is_quick in (False, True):
        students = [sample.student for sample in every if (sample.student in quick) is is_quick]
        if students:
            options = GradingOptions(quick=is_quick)
            gradebook = NbgraderGradebook(place)
            outcomes += batch.grade(place, gradebook, students=students, options=options, force=True, pool=pool)
    errors = {outcome.student: outcome.message for outcome in outcomes if outcome.status == "error"}
    results: dict[str, SubmissionResult] = {}
    for sample in every:
        result = store.read(place, sample.student)
        if result is None:
            errors.setdefault(sample.student, "its result cannot be read")
        elif sample.student not in errors:
            results[sample.student] = _without_skipped(result)
    return GradedSamples(place, assignment, suite, tuple(every), results, errors)


def _without_skipped(result: SubmissionResult) -> SubmissionResult:
    """A result in which tests that were skipped do not appear; the scores stay."""
    notebooks = {
        name: replace(
            notebook,
            checks=tuple(
                replace(check, verdicts=tuple(v for v in check.verdicts if v.status is not Status.SKIPPED))
                for check in notebook.checks
            ),
        )
        for name, notebook in result.notebooks.items()
    }
    return replace(result, notebooks=notebooks)
