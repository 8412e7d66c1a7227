"""Proves an assignment: its hidden tests accept what is right, catch what is wrong, and stay hidden.

Everything is graded the way a class is graded, in a course of its own. Then each submission is graded once more by the
checks that its answers concern, and the two verdicts are compared.

Slow tests (training, for seconds) are run for the solution, the untouched release, the right answers to their own
question and the wrong answers that name one of them; every other submission is graded quickly.
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
from autograder.authoring.leaks import released_lines, telling_lines
from autograder.authoring.mutation_score import WANTED, mutation_score
from autograder.authoring.sample_class import (
    GradedSamples,
    SampleKind,
    SampleSubmission,
    copy_course,
    grade_samples,
    samples,
    spread,
)
from autograder.course.assignment import Assignment
from autograder.course.layout import CourseAssignment
from autograder.grading.options import GradingOptions
from autograder.grading.pool import Pool
from autograder.results.model import Status
from autograder.testing.suite import Suite

SHORT = 5
"""Wrong answers in a short proof."""


@dataclass(frozen=True)
class Finding:
    """One claim about the assignment, and what speaks against it."""

    claim: str
    problems: tuple[str, ...] = ()
    evidence: str = ""


@dataclass(frozen=True)
class Proof:
    """All findings about one assignment."""

    name: str
    findings: tuple[Finding, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing speaks against any claim."""
        return not any(finding.problems for finding in self.findings)

    def table(self) -> Any:
        """For the terminal."""
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


def prove_mutants(place: CourseAssignment, pool: Pool) -> Proof:
    """The mutation score alone: small systematic mistakes in the reference answers, graded."""
    load_checked(place)
    with tempfile.TemporaryDirectory(prefix="autograder-prove-") as scratch:
        copied = copy_course(place.course, Path(scratch), [place.name]).assignment(place.name)
        return Proof(place.name, (_mutants(copied, copied.load(), pool),))


def prove(place: CourseAssignment, pool: Pool, *, mutants: bool = False, short: bool = False) -> Proof:
    """Grades everything the assignment's folder claims about itself; the course is only read.

    With ``mutants``, small systematic mistakes in the reference answers are graded as well. A ``short`` proof takes the
    solution, the untouched release, a few wrong answers and a right one, and skips slow tests. A pool that proves
    several assignments imports what their workers need once.
    """
    hidden_tests = load_checked(place).hidden_tests
    device = GradingOptions().device_for(place)
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="autograder-prove-")))
        copied = copy_course(place.course, scratch, [place.name]).assignment(place.name)
        assignment = copied.load()
        suite = stack.enter_context(Suite(hidden_tests, device=device))
        chosen = samples(copied, assignment)
        if short:
            chosen = _shortened(chosen)
        slow = suite.slow_tests()
        quick = [sample.student for sample in chosen if short or not _runs_slow_tests(assignment, slow, sample)]
        graded = grade_samples(copied, assignment, suite, chosen, pool, quick=quick)
        findings = [
            _tests_match(assignment, suite),
            _earns_everything(graded, "the solution", SampleKind.SOLUTION),
            _earns_nothing(graded),
            _wrong_answers(graded),
            _earns_everything(graded, "each right answer", SampleKind.RIGHT),
            _all_ran(graded),
            _agree(graded, pool),
            _nothing_leaks(copied, assignment),
            _not_stale(place, copied),
            *([_mutants(copied, assignment, pool)] if mutants else []),
        ]
    return Proof(place.name, tuple(findings))


def _shortened(every: list[SampleSubmission]) -> list[SampleSubmission]:
    wrong = [sample for sample in every if sample.kind is SampleKind.WRONG]
    right = [sample for sample in every if sample.kind is SampleKind.RIGHT]
    return [*every[:2], *spread(wrong, SHORT), *spread(right, 1)]


def _runs_slow_tests(assignment: Assignment, slow: frozenset[str], sample: SampleSubmission) -> bool:
    """Whether slow tests are run for a sample; for every sample, where there are none."""
    judged = {answer for test in slow for answer in assignment.answers_graded_by(test.partition("::")[0])}
    match sample.kind:
        case SampleKind.SOLUTION | SampleKind.UNTOUCHED:
            return True
        case SampleKind.RIGHT:
            return not slow or bool(sample.answers.keys() & judged)
        case _:
            return not slow or bool((sample.fails or frozenset()) & slow)


def _tests_match(assignment: Assignment, suite: Suite) -> Finding:
    checks = {check.grade_id for check in assignment.checks}
    problems = [f"the check {name} has no hidden_tests/{name}.py" for name in sorted(checks - set(suite.tests))]
    problems += [f"hidden_tests/{name}.py grades no check" for name in sorted(set(suite.tests) - checks)]
    count = sum(len(tests) for tests in suite.tests.values())
    evidence = f"{len(checks)} checks, {count} hidden tests"
    return Finding("every check has hidden tests, every file of hidden tests a check", tuple(problems), evidence)


def _earns_everything(graded: GradedSamples, what: str, kind: SampleKind) -> Finding:
    problems = []
    for sample in graded.of(kind):
        if failed := graded.failed(sample):
            problems.append(f"{sample.student} fails {_names(failed)}")
        elif wrong := graded.wrong_score(sample):
            problems.append(f"{sample.student} {wrong}")
    return Finding(f"{what} earns everything", tuple(problems), f"{len(graded.of(kind))} graded")


def _earns_nothing(graded: GradedSamples) -> Finding:
    results = [graded.results[sample.student] for sample in graded.of(SampleKind.UNTOUCHED)]
    passed = [verdict.test for result in results for verdict in result.verdicts if verdict.status is Status.PASSED]
    problems = [f"the untouched release passes {test}" for test in passed]
    return Finding("the untouched release earns 0", tuple(problems), ", ".join(f"{r.score:g} points" for r in results))


def _wrong_answers(graded: GradedSamples) -> Finding:
    known = {test.id for tests in graded.suite.tests.values() for test in tests}
    wrong = graded.of(SampleKind.WRONG)
    problems = [f"{sample.student} {problem}" for sample in wrong for problem in _wrong_verdicts(graded, sample, known)]
    untested = known - {test for sample in wrong for test in sample.fails or ()}
    evidence = f"{len(wrong)} misconceptions; {len(known) - len(untested)} of {len(known)} tests are failed by one"
    if untested:
        evidence += f"; not {_names(untested)}"
    return Finding("each wrong answer fails exactly the tests it names", tuple(problems), evidence)


def _wrong_verdicts(graded: GradedSamples, sample: SampleSubmission, known: set[str]) -> list[str]:
    """What one wrong answer does that it should not; its score is looked at when its verdicts are right."""
    fails, failed = sample.fails or frozenset(), graded.failed(sample)
    problems = []
    if unknown := fails - known:
        problems.append(f"names hidden tests that do not exist: {_names(unknown)}")
    if missed := (fails & known) - failed - graded.skipped(sample):
        problems.append(f"passes {_names(missed)}")
    if extra := failed - fails:
        problems.append(f"fails {_names(extra)} as well")
    return problems or [wrong for wrong in [graded.wrong_score(sample)] if wrong]


def _all_ran(graded: GradedSamples) -> Finding:
    problems = [
        f"{student}: {verdict.test} could not be run: {verdict.detail.strip().splitlines()[-1]}"
        for student, result in graded.results.items()
        for verdict in result.verdicts
        if verdict.status is Status.ERROR
    ]
    problems += [f"{student}: {error}" for student, error in graded.errors.items()]
    return Finding("no hidden test is at fault", tuple(problems), "every hidden test passed or failed")


def _agree(graded: GradedSamples, pool: Pool) -> Finding:
    """Grades again: the solution by all checks, every other sample by the checks that its answers concern.

    Its other answers are the solution's. What seems to be judged differently is graded again as a whole notebook.
    """
    slowest_first = sorted(  # or one worker ends alone
        (sample for sample in graded.of(*SampleKind) if sample.fails is not None),
        key=lambda sample: -graded.results[sample.student].seconds,
    )
    every = [_edited(graded.assignment, sample) for sample in slowest_first]
    tests = {test.id for tests in graded.suite.tests.values() for test in tests if not test.slow and not test.needs_gpu}

    def disagreements(edited: list[EditedSolution]) -> dict[EditedSolution, frozenset[str]]:
        again = grade_incrementally(graded.place, graded.assignment, edited, pool)
        differences = {}
        for solution in edited:
            there = {test for test in tests if test.partition("::")[0] in solution.checks}
            before = graded.results[solution.name].failed_tests() & there
            differences[solution] = frozenset(before ^ again[solution.name])
        return {solution: tests for solution, tests in differences.items() if tests}

    doubtful = disagreements(every)
    certain = disagreements([replace(edited, whole=True) for edited in doubtful]) if doubtful else {}
    problems = [f"{edited.name}: only one of two gradings fails {_names(tests)}" for edited, tests in certain.items()]
    return Finding("two gradings agree", tuple(problems), f"{len(every)} submissions, graded again")


def _edited(assignment: Assignment, sample: SampleSubmission) -> EditedSolution:
    every = tuple(check.grade_id for check in assignment.checks)
    concerned = tuple(
        check
        for check in every
        if any(test.startswith(f"{check}::") for test in sample.fails or ())
        or sample.answers.keys() & assignment.answers_graded_by(check)
    )
    return EditedSolution(sample.student, sample.answers, concerned or every)


def _nothing_leaks(place: CourseAssignment, assignment: Assignment) -> Finding:
    secrets = telling_lines(assignment)
    problems = [f"the release contains: {line}" for line in sorted(secrets & released_lines(place))]
    return Finding("nothing hidden or solved is in the release", tuple(problems), f"{len(secrets)} lines looked for")


def _not_stale(place: CourseAssignment, built: CourseAssignment) -> Finding:
    root = place.course.root
    stale = [path.relative_to(root) for path in differing(place, built)]
    problems = [f"{path} is stale; run `autograder build {place.name}`" for path in stale]
    return Finding("source/, release/ and solutions/ are up to date", tuple(problems), "rebuilt byte for byte")


def _mutants(place: CourseAssignment, assignment: Assignment, pool: Pool) -> Finding:
    score = mutation_score(place, assignment, pool)
    holes = tuple(f"{mutant.answer}\n{mutant.diff(assignment.answers[mutant.answer])}" for mutant in score.survivors)
    unused = tuple(f"equivalent_mutants.toml names a mutant that is caught: {entry}" for entry in score.unused)
    summary = f"{score.value:.1%}: {score.killed} caught, {len(holes)} not; {score.equivalent} are no mistakes"
    if score.left_out:
        summary += f"; none made of {', '.join(score.left_out)}, which slow tests judge"
    problems = (summary, *holes) if score.value < WANTED else ()
    return Finding(f"{WANTED:.0%} of the mutants are caught", problems + unused, "\n".join((summary, *holes)))


def _names(tests: Iterable[str]) -> str:
    return ", ".join(sorted(tests))
