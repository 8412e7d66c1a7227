"""Proves an assignment: shows that its hidden tests accept right answers, reject wrong ones and do not leak.

The sample submissions of the assignment are graded like a class, in a copy of the course. Each is then graded again
by the checks that are relevant to it, and the verdicts are compared.

Slow tests, which train for seconds, are run for the solution, the untouched release, right answers to the questions
they grade, and wrong answers that must fail one of them. All other samples are graded without slow tests.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from autograder.authoring.build import differing, load_checked
from autograder.authoring.incremental import EditedSolution, grade_incrementally
from autograder.authoring.leaks import released_lines, secret_lines
from autograder.authoring.mutation_score import EQUIVALENT_MUTANTS, MIN_SCORE, mutation_score
from autograder.authoring.sample_class import (
    GradedSamples,
    SampleKind,
    SampleSubmission,
    copy_course,
    evenly_spaced,
    grade_samples,
    samples,
)
from autograder.course.assignment import Assignment
from autograder.course.layout import CourseAssignment
from autograder.grading.batch import Progress
from autograder.grading.options import GradingOptions
from autograder.grading.pool import Pool
from autograder.results.model import Status, format_points
from autograder.testing.suite import Suite

SHORT_WRONG_ANSWERS = 3
"""The number of wrong answers in a short proof."""


@dataclass(frozen=True)
class Finding:
    """A claim about an assignment; it holds when there are no problems."""

    claim: str
    problems: tuple[str, ...] = ()
    evidence: str = ""


@dataclass(frozen=True)
class Proof:
    """The findings about an assignment."""

    name: str
    findings: tuple[Finding, ...]

    @property
    def holds(self) -> bool:
        """Whether all claims hold."""
        return not any(finding.problems for finding in self.findings)

    def table(self) -> Any:
        """Returns a rich table with one row per claim."""
        from rich.markup import escape
        from rich.table import Table

        table = Table(title=f"{self.name}: {'proved' if self.holds else 'NOT proved'}", title_justify="left")
        table.add_column("")
        table.add_column("claim")
        table.add_column("evidence")
        for finding in self.findings:
            mark = "[red]✗[/]" if finding.problems else "[green]✓[/]"
            table.add_row(mark, finding.claim, escape("\n".join(finding.problems) or finding.evidence))
        return table


def _silent(student: str, total: int) -> None:
    """Shows no progress."""


def prove_mutants(course_assignment: CourseAssignment, pool: Pool, *, progress: Progress = _silent) -> Proof:
    """Proves only the mutation score of an assignment; ``progress`` is called after each mutant."""
    load_checked(course_assignment)
    name = course_assignment.name
    with tempfile.TemporaryDirectory(prefix="autograder-prove-") as scratch:
        copied = copy_course(course_assignment.course, Path(scratch), [name]).assignment(name)
        return Proof(name, (_mutants_are_caught(copied, copied.load(), pool, progress),))


def prove(
    course_assignment: CourseAssignment,
    pool: Pool,
    *,
    mutants: bool = False,
    short: bool = False,
    progress: Progress = _silent,
) -> Proof:
    """Proves an assignment by grading its sample submissions in a copy of the course.

    With ``mutants``, the mutation score is part of the proof. A ``short`` proof grades only the solution, the untouched
    release, a few wrong answers and one right answer, once, without slow tests. A ``pool`` can be reused for several
    assignments, which saves start-up time. ``progress`` is called after each grading of a sample and each mutant.
    """
    hidden_tests = load_checked(course_assignment).hidden_tests
    name = course_assignment.name
    device = GradingOptions().device_for(course_assignment)
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="autograder-prove-")))
        copied = copy_course(course_assignment.course, scratch, [name]).assignment(name)
        assignment = copied.load()
        suite = stack.enter_context(Suite(hidden_tests, device=device))
        chosen = samples(copied, assignment)
        if short:
            chosen = _shortened(chosen)
        slow = suite.slow_tests()
        gradings = len(chosen) + (0 if short else sum(sample.fails is not None for sample in chosen))
        counted = _counted(progress, gradings)
        quick = [sample.student for sample in chosen if short or not _runs_slow_tests(assignment, slow, sample)]
        graded = grade_samples(copied, assignment, suite, chosen, pool, quick=quick, progress=counted)
        findings = [
            _checks_have_tests(assignment, suite),
            _earns_full_points(graded, "the solution", SampleKind.SOLUTION),
            _untouched_release_earns_nothing(graded),
            _wrong_answers_fail(graded),
            _earns_full_points(graded, "each right answer", SampleKind.RIGHT),
            _all_tests_ran(graded),
            *([] if short else [_gradings_agree(graded, pool, counted)]),
            _nothing_leaks(copied, assignment),
            _build_is_up_to_date(course_assignment, copied),
            *([_mutants_are_caught(copied, assignment, pool, _after(progress, gradings))] if mutants else []),
        ]
    return Proof(name, tuple(findings))


def _counted(progress: Progress, total: int) -> Progress:
    """Returns a function that reports each step of several parts, whose sizes differ, as one of ``total``."""
    return lambda name, _: progress(name, total)


def _after(progress: Progress, done: int) -> Progress:
    """Returns a function that reports the steps of one part, ``done`` steps of other parts having gone before."""
    return lambda name, total: progress(name, done + total)


def _shortened(submissions: list[SampleSubmission]) -> list[SampleSubmission]:
    wrong = [sample for sample in submissions if sample.kind is SampleKind.WRONG]
    right = [sample for sample in submissions if sample.kind is SampleKind.RIGHT]
    return [*submissions[:2], *evenly_spaced(wrong, SHORT_WRONG_ANSWERS), *evenly_spaced(right, 1)]


def _runs_slow_tests(assignment: Assignment, slow: frozenset[str], sample: SampleSubmission) -> bool:
    """Whether a sample is graded without --quick; true for all samples when the assignment has no slow tests."""
    graded_slowly = {answer for test in slow for answer in assignment.answers_graded_by(test.partition("::")[0])}
    match sample.kind:
        case SampleKind.SOLUTION | SampleKind.UNTOUCHED:
            return True
        case SampleKind.RIGHT:
            return not slow or bool(sample.answers.keys() & graded_slowly)
        case _:
            return not slow or bool((sample.fails or frozenset()) & slow)


def _checks_have_tests(assignment: Assignment, suite: Suite) -> Finding:
    checks = {check.grade_id for check in assignment.checks}
    problems = [f"the check {name} has no hidden_tests/{name}.py" for name in sorted(checks - set(suite.tests))]
    problems += [f"hidden_tests/{name}.py belongs to no check" for name in sorted(set(suite.tests) - checks)]
    count = sum(len(tests) for tests in suite.tests.values())
    evidence = f"{len(checks)} checks, {count} hidden tests"
    return Finding("each check has a file of hidden tests, and vice versa", tuple(problems), evidence)


def _earns_full_points(graded: GradedSamples, subject: str, kind: SampleKind) -> Finding:
    problems = []
    for sample in graded.of_kind(kind):
        if failed := graded.failed_tests(sample):
            problems.append(f"{sample.student} fails {_names(failed)}")
        elif problem := graded.score_problem(sample):
            problems.append(f"{sample.student} {problem}")
    return Finding(f"{subject} earns full points", tuple(problems), f"{len(graded.of_kind(kind))} graded")


def _untouched_release_earns_nothing(graded: GradedSamples) -> Finding:
    results = [graded.results[sample.student] for sample in graded.of_kind(SampleKind.UNTOUCHED)]
    passed = [verdict.test for result in results for verdict in result.verdicts if verdict.status is Status.PASSED]
    problems = [f"the untouched release passes {test}" for test in passed]
    problems += [
        f"the untouched release earns {format_points(result.score)} points" for result in results if result.score
    ]
    evidence = ", ".join(f"{format_points(result.score)} points" for result in results)
    return Finding("the untouched release earns no points", tuple(problems), evidence)


def _wrong_answers_fail(graded: GradedSamples) -> Finding:
    known = {test.id for tests in graded.suite.tests.values() for test in tests}
    wrong = graded.of_kind(SampleKind.WRONG)
    problems = [f"{sample.student} {problem}" for sample in wrong for problem in _problems(graded, sample, known)]
    untested = known - {test for sample in wrong for test in sample.fails or ()}
    evidence = f"{len(wrong)} wrong answers fail {len(known) - len(untested)} of {len(known)} tests"
    if untested:
        evidence += f"; none fails {_names(untested)}"
    return Finding("each wrong answer fails exactly the tests it names", tuple(problems), evidence)


def _problems(graded: GradedSamples, sample: SampleSubmission, known: set[str]) -> list[str]:
    """Returns the problems with a wrong answer; its score is checked only when the right tests failed."""
    fails, failed = sample.fails or frozenset(), graded.failed_tests(sample)
    problems = []
    if unknown := fails - known:
        problems.append(f"names hidden tests that do not exist: {_names(unknown)}")
    if missed := (fails & known) - failed - graded.skipped(sample):
        problems.append(f"passes {_names(missed)}")
    if extra := failed - fails:
        problems.append(f"fails {_names(extra)} as well")
    return problems or [problem for problem in [graded.score_problem(sample)] if problem]


def _all_tests_ran(graded: GradedSamples) -> Finding:
    problems = [
        f"{student}: {verdict.test} could not be run: {verdict.detail.strip().splitlines()[-1]}"
        for student, result in graded.results.items()
        for verdict in result.verdicts
        if verdict.status is Status.ERROR
    ]
    problems += [f"{student}: {error}" for student, error in graded.errors.items()]
    return Finding("every hidden test can be run", tuple(problems), "every hidden test passed or failed")


def _gradings_agree(graded: GradedSamples, pool: Pool, progress: Progress) -> Finding:
    """Grades again: the solution by all checks, and every other sample by the checks that are relevant to it.

    Differences may be due to incremental grading, so those samples are graded once more as whole notebooks.
    """
    slowest_first = sorted(  # so that no worker process starts a slow sample when the others are done
        (sample for sample in graded.of_kind(*SampleKind) if sample.fails is not None),
        key=lambda sample: -graded.results[sample.student].seconds,
    )
    solutions = [
        EditedSolution(sample.student, sample.answers, relevant_checks(graded.assignment, sample))
        for sample in slowest_first
    ]
    tests = {test.id for tests in graded.suite.tests.values() for test in tests if not test.slow and not test.needs_gpu}

    def differences(edited: list[EditedSolution], progress: Progress) -> dict[EditedSolution, frozenset[str]]:
        second = grade_incrementally(graded.course_assignment, graded.assignment, edited, pool, progress=progress)
        different_tests = {}
        for solution in edited:
            graded_twice = {test for test in tests if test.partition("::")[0] in solution.checks}
            first = graded.results[solution.name].failed_tests() & graded_twice
            different_tests[solution] = frozenset(first ^ second[solution.name])
        return {solution: tests for solution, tests in different_tests.items() if tests}

    suspected = differences(solutions, progress)
    confirmed = differences([replace(edited, whole=True) for edited in suspected], _silent) if suspected else {}
    problems = [f"{edited.name}: only one of two gradings fails {_names(tests)}" for edited, tests in confirmed.items()]
    return Finding("two gradings agree", tuple(problems), f"{len(solutions)} submissions graded again")


def relevant_checks(assignment: Assignment, sample: SampleSubmission) -> tuple[str, ...]:
    """Returns the checks that the sample must fail or that grade an answer it replaces; if there are none, all."""
    checks = tuple(check.grade_id for check in assignment.checks)
    relevant = tuple(
        check
        for check in checks
        if any(test.startswith(f"{check}::") for test in sample.fails or ())
        or sample.answers.keys() & assignment.answers_graded_by(check)
    )
    return relevant or checks


def _nothing_leaks(course_assignment: CourseAssignment, assignment: Assignment) -> Finding:
    secrets = secret_lines(assignment)
    problems = [f"the release contains: {line}" for line in sorted(secrets & released_lines(course_assignment))]
    return Finding(
        "no solution or hidden test is in the release", tuple(problems), f"searched for {len(secrets)} lines"
    )


def _build_is_up_to_date(course_assignment: CourseAssignment, built: CourseAssignment) -> Finding:
    root = course_assignment.course.root
    stale = [path.relative_to(root) for path in differing(course_assignment, built)]
    problems = [f"{path} is out of date; run `autograder build {course_assignment.name}`" for path in stale]
    return Finding("source/, release/ and solutions/ are up to date", tuple(problems), "a new build is identical")


def _mutants_are_caught(
    course_assignment: CourseAssignment, assignment: Assignment, pool: Pool, progress: Progress
) -> Finding:
    score = mutation_score(course_assignment, assignment, pool, progress=progress)
    survivors = tuple(
        f"{mutant.answer}\n{mutant.diff(assignment.answers[mutant.answer])}" for mutant in score.survivors
    )
    unused = tuple(f"{EQUIVALENT_MUTANTS} lists a mutant that does not survive: {entry}" for entry in score.unused)
    summary = f"{score.value:.1%}: {score.killed} caught, {len(survivors)} survived, {score.equivalent} equivalent"
    if score.skipped_answers:
        summary += f"; no mutants of {', '.join(score.skipped_answers)}, graded only by slow tests"
    problems = (summary, *survivors) if score.value < MIN_SCORE else ()
    claim = f"hidden tests catch {MIN_SCORE:.0%} of the mutants"
    return Finding(claim, problems + unused, "\n".join((summary, *survivors)))


def _names(tests: Iterable[str]) -> str:
    return ", ".join(sorted(tests))
