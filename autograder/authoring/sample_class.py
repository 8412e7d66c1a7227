"""Sample submissions with known scores, and a copy of the course to grade them in."""

from __future__ import annotations

import re
import shutil
from collections.abc import Collection, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path
from typing import TypeVar

from autograder.authoring.build import build
from autograder.course.assignment import Assignment, Variant
from autograder.course.config import CONFIG_NAME
from autograder.course.layout import Course, CourseAssignment
from autograder.grading import batch
from autograder.grading.options import GradingOptions
from autograder.grading.pool import Pool
from autograder.nbgrader_bridge.recorded import NbgraderGradebook
from autograder.notebooks import ipynb
from autograder.results import store
from autograder.results.model import Status, SubmissionResult, format_points
from autograder.testing.hidden_test import HiddenTest
from autograder.testing.suite import Suite

T = TypeVar("T")

_MARKER_LINE = re.compile(r"^[ \t]*### (?:BEGIN|END) SOLUTION[ \t]*(?:\n|\Z)", re.MULTILINE)

_TOLERANCE = 1e-3
"""Scores are rounded; smaller differences are ignored."""


class SampleKind(Enum):
    """The kind of a sample submission."""

    SOLUTION = "solution"
    UNTOUCHED = "untouched"
    WRONG = "wrong"
    RIGHT = "right"
    DAMAGED = "damaged"


@dataclass(frozen=True)
class SampleSubmission:
    """A sample submission, and the hidden tests that it must fail."""

    kind: SampleKind
    student: str
    description: str
    data: bytes
    """The .ipynb file."""
    fails: frozenset[str] | None = frozenset()
    """The ids of the hidden tests it must fail; None means all of them."""
    answers: dict[str, str] = field(default_factory=dict)
    """The answers that differ from those of the solution."""


def copy_course(course: Course, folder: Path, names: list[str]) -> Course:
    """Copies the assignments ``names`` to a new course in ``folder`` and builds them there."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(course.root / f"{CONFIG_NAME}.py", folder)
    copied = Course(folder.absolute())
    for name in names:
        skip = shutil.ignore_patterns("__pycache__", ".*")
        shutil.copytree(course.assignment(name).folder, copied.assignments / name, ignore=skip)
        build(copied.assignment(name))
    return copied


def submit(assignment: CourseAssignment, sample: SampleSubmission) -> None:
    """Writes a sample submission to submitted/."""
    folder = assignment.submitted(sample.student)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{assignment.name}.ipynb").write_bytes(sample.data)


def read_release(assignment: CourseAssignment) -> ipynb.Json:
    """Reads the released notebook."""
    return ipynb.parse((assignment.release / f"{assignment.name}.ipynb").read_bytes())


def fill_in_answers(release: ipynb.Json, answers: Mapping[str, str]) -> ipynb.Json:
    """Returns a copy of the released notebook with ``answers`` (by name) in its answer cells.

    The markers of a solution are left out: students never see them.
    """
    filled = deepcopy(release)
    for cell in filled["cells"]:
        answer = answers.get(ipynb.grade_id_of(cell) or "")
        if answer is not None:
            cell["source"] = _MARKER_LINE.sub("", answer)
    return filled


def samples(course_assignment: CourseAssignment, assignment: Assignment) -> list[SampleSubmission]:
    """Returns the solution, the untouched release, and all wrong and right answers as submissions, in this order."""
    release = read_release(course_assignment)
    reference = assignment.answers

    def from_variant(kind: SampleKind, variant: Variant) -> SampleSubmission:
        data = ipynb.dump(fill_in_answers(release, reference | variant.answers))
        student = f"{kind.value}-{variant.name}"
        return SampleSubmission(kind, student, variant.description, data, variant.fails, variant.answers)

    solved = ipynb.dump(fill_in_answers(release, reference))
    return [
        SampleSubmission(SampleKind.SOLUTION, "solution", "The reference solution.", solved),
        SampleSubmission(SampleKind.UNTOUCHED, "untouched", "The untouched release.", ipynb.dump(release), None),
        *(from_variant(SampleKind.WRONG, variant) for variant in assignment.wrong_answers()),
        *(from_variant(SampleKind.RIGHT, variant) for variant in assignment.right_answers()),
    ]


def damaged_samples(course_assignment: CourseAssignment, assignment: Assignment) -> list[SampleSubmission]:
    """Returns submissions that make other graders hang, crash or deduct points.

    All of them must earn full points, except for the file that is not a notebook.
    """
    solved = fill_in_answers(read_release(course_assignment), assignment.answers)
    graded = [cell for cell in solved["cells"] if ipynb.nbgrader_of(cell).get("grade")]

    def with_cell(source: str) -> bytes:
        extra: ipynb.Json = {"cell_type": "code", "metadata": {}, "source": source}
        return ipynb.dump({**solved, "cells": [*solved["cells"], extra | {"outputs": [], "execution_count": None}]})

    def damaged(
        name: str, description: str, data: bytes, fails: frozenset[str] | None = frozenset()
    ) -> SampleSubmission:
        return SampleSubmission(SampleKind.DAMAGED, f"damaged-{name}", description, data, fails)

    deleted = {**solved, "cells": [cell for cell in solved["cells"] if cell not in graded]}
    duplicated = {**solved, "cells": [*solved["cells"], *deepcopy(graded)]}
    return [
        damaged("not_json", "A file that is not a notebook.", b"PK\x03\x04 not a notebook", None),
        damaged("endless_loop", "A cell with an endless loop.", with_cell("while True:\n    pass")),
        damaged("os_exit", "A cell that exits the process.", with_cell("import os\nos._exit(0)")),
        damaged("deleted_cells", "All graded cells are deleted.", ipynb.dump(deleted)),
        damaged("duplicated_cells", "All graded cells are duplicated.", ipynb.dump(duplicated)),
        damaged("prints_50_mb", "A cell that prints 50 MB.", with_cell("print('x' * 50_000_000)")),
    ]


def evenly_spaced(items: Sequence[T], count: int) -> list[T]:
    """Returns ``count`` evenly spaced items in order, or all items when there are fewer."""
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
    """Returns the score of a submission that fails exactly the tests in ``sample.fails``.

    ``skipped`` tests earn nothing. ``shares`` are the partial credits of failed tests, from 0 (the default) to 1.
    """

    def earned_weight(test: HiddenTest) -> float:
        if test.id in skipped:
            return 0.0
        fails = sample.fails is None or test.id in sample.fails
        return test.weight * ((shares or {}).get(test.id, 0.0) if fails else 1.0)

    total = 0.0
    for check in assignment.checks:
        tests = suite.tests.get(check.grade_id, ())
        weight = sum(test.weight for test in tests)
        total += check.points * sum(map(earned_weight, tests)) / weight if weight else 0.0
    return round(total, 4)


@dataclass(frozen=True)
class GradedSamples:
    """The sample submissions of an assignment and their results."""

    course_assignment: CourseAssignment
    assignment: Assignment
    suite: Suite
    samples: tuple[SampleSubmission, ...]
    results: Mapping[str, SubmissionResult]
    """The result of each student, without skipped tests."""
    errors: Mapping[str, str]
    """The message for each student whose submission could not be graded."""

    def of_kind(self, *kinds: SampleKind) -> list[SampleSubmission]:
        """Returns the samples of these kinds that were graded."""
        return [sample for sample in self.samples if sample.kind in kinds and sample.student in self.results]

    def failed_tests(self, sample: SampleSubmission) -> frozenset[str]:
        """Returns the ids of the tests that a sample did not pass."""
        return self.results[sample.student].failed_tests()

    def skipped(self, sample: SampleSubmission) -> frozenset[str]:
        """Returns the slow tests that were not run for a sample."""
        run = {verdict.test for verdict in self.results[sample.student].verdicts}
        return self.suite.slow_tests() - run

    def score_problem(self, sample: SampleSubmission) -> str:
        """Returns how the score of a sample differs from the expected one; an empty string when it does not.

        Tests that were not run for it earn nothing, and a failed test earns its share.
        """
        result = self.results[sample.student]
        skipped = self.skipped(sample)
        shares = {verdict.test: verdict.share for verdict in result.verdicts}
        expected = expected_score(self.assignment, self.suite, sample, skipped=skipped, shares=shares)
        return (
            f"earns {format_points(result.score)} instead of {format_points(expected)}"
            if abs(result.score - expected) > _TOLERANCE
            else ""
        )


def grade_samples(
    course_assignment: CourseAssignment,
    assignment: Assignment,
    suite: Suite,
    submissions: Sequence[SampleSubmission],
    pool: Pool,
    *,
    quick: Collection[str] = (),
    progress: batch.Progress = lambda student, total: None,
) -> GradedSamples:
    """Submits and grades sample submissions; those of the students in ``quick`` without slow tests."""
    outcomes: list[batch.Outcome] = []
    for sample in submissions:
        submit(course_assignment, sample)
    gradebook = NbgraderGradebook(course_assignment)
    for is_quick in (False, True):
        students = [sample.student for sample in submissions if (sample.student in quick) is is_quick]
        if students:
            options = GradingOptions(quick=is_quick)
            outcomes += batch.grade(
                course_assignment,
                gradebook,
                students=students,
                options=options,
                force=True,
                pool=pool,
                progress=progress,
            )
    errors = {outcome.student: outcome.message for outcome in outcomes if outcome.status == "error"}
    results: dict[str, SubmissionResult] = {}
    for sample in submissions:
        result = store.read(course_assignment, sample.student)
        if result is None:
            errors.setdefault(sample.student, "its result cannot be read")
        elif sample.student not in errors:
            results[sample.student] = _without_skipped_tests(result)
    return GradedSamples(course_assignment, assignment, suite, tuple(submissions), results, errors)


def _without_skipped_tests(result: SubmissionResult) -> SubmissionResult:
    """Removes the verdicts of skipped tests; scores are not changed."""
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
