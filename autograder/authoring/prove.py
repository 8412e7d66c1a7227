"""Proves an assignment: its suites accept what is right, catch what is wrong, and stay hidden.

Everything is graded the way a class is graded, in a course of its own. Then each submission is asked once more about
the checks that its answers concern, and the two verdicts are compared.

Slow tests (training, for seconds) are asked of the solution, the untouched release, the right answers to their own
question and the wrong answers that name one of them; everybody else is graded quickly.
"""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from autograder.authoring.build import differing
from autograder.authoring.incremental import Spot
from autograder.authoring.incremental import broken_tests as broken_tests_of
from autograder.authoring.leaks import released_lines, telling_lines
from autograder.authoring.mutation_score import WANTED, mutation_score
from autograder.authoring.sample_class import Student, broken_tests, copy_course, plain, provers, submit, wanted_score
from autograder.course.assignment import Assignment
from autograder.course.layout import Course
from autograder.grading import batch
from autograder.grading.pool import Pool
from autograder.grading.setup import GradingOptions
from autograder.results import store as records
from autograder.testing.suite import Suite


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


def prove_mutants(course: Course, name: str, pool: Pool) -> Proof:
    """The mutation score alone: small systematic mistakes in the reference answers, graded."""
    with tempfile.TemporaryDirectory(prefix="autograder-prove-") as scratch:
        copied = copy_course(course, Path(scratch), [name])
        return Proof(name, (_mutants(copied.assignment(name), copied, pool),))


def prove(course: Course, name: str, pool: Pool, *, mutants: bool = False) -> Proof:
    """Grades everything the assignment's folder claims about itself; the course is only read.

    With ``mutants``, small systematic mistakes in the reference answers are graded as well. A pool that proves several
    assignments imports what their workers need once.
    """
    assignment = course.assignment(name)
    device = GradingOptions().device_for(assignment)
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="autograder-prove-")))
        suite = stack.enter_context(Suite(assignment.hidden_tests, device=device))
        copied = copy_course(course, scratch, [name])
        assignment = replace(assignment, folder=copied.assignment_folder(name))
        students = provers(copied, assignment)
        for student in students:
            submit(copied, name, student)
        slowly = _asked_slowly(assignment, suite, students)
        graded = _grade(copied, name, students, slowly, suite, pool)
        findings = [
            _suites_match(assignment, suite),
            _earns_everything(assignment, suite, students[:1], graded),
            _earns_nothing(students[1], graded),
            _wrong_answers(assignment, suite, students, graded),
            _earns_everything(assignment, suite, [s for s in students if s.id.startswith("right-")], graded),
            _all_ran(graded),
            _agree(copied, assignment, suite, students, graded, pool),
            _nothing_leaks(assignment, copied),
            _not_stale(course, copied, name),
            *([_mutants(assignment, copied, pool)] if mutants else []),
        ]
    return Proof(name, tuple(findings))


def _asked_slowly(assignment: Assignment, suite: Suite, students: list[Student]) -> set[str]:
    """Who is asked the slow tests; everybody, where there are none."""
    slow = suite.slow_tests()
    if not slow:
        return {student.id for student in students}
    judged = {answer for test in slow for answer in assignment.answers_of(test.partition("::")[0])}
    return {
        student.id
        for student in students
        if student.fails is None
        or student.fails & slow
        or student.id == "solution"
        or (student.id.startswith("right-") and student.answers.keys() & judged)
    }


def _grade(
    course: Course, name: str, students: list[Student], slowly: set[str], suite: Suite, pool: Pool
) -> dict[str, dict[str, Any]]:
    """The records as they are on disk; where a quick grading left out slow tests, without those."""
    outcomes = []
    for quick in (False, True):
        those = [student.id for student in students if (student.id not in slowly) is quick]
        options = batch.Options(force=True, terms=GradingOptions(quick=quick))
        outcomes += batch.grade(course, name, students=those, options=options, pool=pool) if those else []
    failed = {outcome.student: outcome.message for outcome in outcomes if outcome.status == "error"}
    found: dict[str, dict[str, Any]] = {}
    for student in students:
        if student.id in failed:
            found[student.id] = {"notebooks": {}, "score": 0.0, "error": failed[student.id]}
        else:
            record = records.read(course, name, student.id)
            found[student.id] = record if student.id in slowly else _without(record, suite.slow_tests())
    return found


def _without(record: dict[str, Any], tests: frozenset[str]) -> dict[str, Any]:
    """A record of a quick grading, in which those tests do not appear as if they had been broken."""
    for check in (check for entry in record["notebooks"].values() for check in entry["checks"]):
        check["verdicts"] = [verdict for verdict in check["verdicts"] if verdict["test"] not in tests]
    return record


def _suites_match(assignment: Assignment, suite: Suite) -> Finding:
    checks = {check.grade_id for check in assignment.checks}
    problems = [f"the check {name} has no hidden_tests/{name}.py" for name in sorted(checks - set(suite.tests))]
    problems += [f"hidden_tests/{name}.py grades no check" for name in sorted(set(suite.tests) - checks)]
    tests = sum(len(found) for found in suite.tests.values())
    return Finding(
        "every check has a suite, every suite a check", tuple(problems), f"{len(checks)} checks, {tests} tests"
    )


def _earns_everything(
    assignment: Assignment, suite: Suite, students: list[Student], graded: dict[str, dict[str, Any]]
) -> Finding:
    problems = [
        f"{student.id} loses {plain(broken_tests(graded[student.id])) or graded[student.id].get('error', '')}"
        for student in students
        if broken_tests(graded[student.id])
        or abs(graded[student.id]["score"] - _wanted(assignment, suite, student, graded[student.id])) > 1e-3
    ]
    what = "the solution" if students and students[0].id == "solution" else "each right answer"
    return Finding(f"{what} earns everything", tuple(problems), f"{len(students)} graded")


def _earns_nothing(untouched: Student, graded: dict[str, dict[str, Any]]) -> Finding:
    record = graded[untouched.id]
    verdicts = _verdicts(record)
    passed = [verdict["test"] for verdict in verdicts if verdict["status"] == "passed"]
    problems = [f"the untouched release passes {test}" for test in passed]
    return Finding("the untouched release earns 0", tuple(problems), f"{record['score']:g} points")


def _wrong_answers(
    assignment: Assignment, suite: Suite, students: list[Student], graded: dict[str, dict[str, Any]]
) -> Finding:
    known = {test.id for tests in suite.tests.values() for test in tests}
    problems = []
    wrong = [student for student in students if student.id.startswith("wrong-")]
    for student in wrong:
        fails, broke = student.fails or frozenset(), broken_tests(graded[student.id])
        if unknown := fails - known:
            problems.append(f"{student.id} names tests that no suite has: {plain(unknown)}")
        if missed := (fails & known) - broke:
            problems.append(f"{student.id} passes {plain(missed)}")
        if extra := broke - fails:
            problems.append(f"{student.id} breaks {plain(extra)} as well")
        wanted = _wanted(assignment, suite, student, graded[student.id])
        if not problems and abs(graded[student.id]["score"] - wanted) > 1e-3:
            problems.append(f"{student.id} earns {graded[student.id]['score']:g} instead of {wanted:g}")
    untested = known - {test for student in wrong for test in student.fails or ()}
    evidence = f"{len(wrong)} misconceptions; {len(known) - len(untested)} of {len(known)} tests are broken by one"
    if untested:
        evidence += f"; not {plain(untested)}"
    return Finding("each wrong answer loses exactly the tests it names", tuple(problems), evidence)


def _wanted(assignment: Assignment, suite: Suite, student: Student, record: dict[str, Any]) -> float:
    """The score of somebody who breaks what was claimed; tests that were not asked earn nothing, shares are kept."""
    verdicts = _verdicts(record)
    asked = {verdict["test"] for verdict in verdicts}
    left_out = frozenset(test for test in suite.slow_tests() if test not in asked)
    shares = {verdict["test"]: verdict["share"] for verdict in verdicts}
    return wanted_score(assignment, suite, student, left_out=left_out, shares=shares)


def _all_ran(graded: dict[str, dict[str, Any]]) -> Finding:
    problems = [
        f"{student}: {verdict['test']} was not run: {verdict['detail'].strip().splitlines()[-1]}"
        for student, record in graded.items()
        for verdict in _verdicts(record)
        if verdict["status"] == "not run"
    ]
    problems += [f"{student}: {record['error']}" for student, record in graded.items() if record.get("error")]
    return Finding("no hidden test is at fault", tuple(problems), "every test passed or failed")


def _agree(
    course: Course,
    assignment: Assignment,
    suite: Suite,
    students: list[Student],
    graded: dict[str, dict[str, Any]],
    pool: Pool,
) -> Finding:
    """Asks again: the solution everything, everybody else about the checks that their answers concern.

    Their other answers are the solution's. Whoever seems to be judged differently is asked again as a whole notebook.
    """
    slowest_first = sorted(students, key=lambda student: -_seconds(graded[student.id]))  # or one worker ends alone
    spots = [_spot(assignment, student) for student in slowest_first if student.fails is not None]
    tests = {test.id for found in suite.tests.values() for test in found if not test.slow and not test.needs_gpu}

    def disagreements(asked: list[Spot]) -> dict[Spot, frozenset[str]]:
        again = broken_tests_of(course, assignment, asked, pool)
        there = {spot: {test for test in tests if test.partition("::")[0] in spot.checks} for spot in asked}
        found = {spot: (broken_tests(graded[spot.name]) & there[spot]) ^ again[spot.name] for spot in asked}
        return {spot: frozenset(differing) for spot, differing in found.items() if differing}

    doubtful = disagreements(spots)
    certain = disagreements([replace(spot, whole=True) for spot in doubtful]) if doubtful else {}
    problems = [f"{spot.name}: only one of two gradings breaks {plain(found)}" for spot, found in certain.items()]
    return Finding("two gradings agree", tuple(problems), f"{len(spots)} submissions, asked again")


def _spot(assignment: Assignment, student: Student) -> Spot:
    every = tuple(check.grade_id for check in assignment.checks)
    concerned = tuple(
        check
        for check in every
        if any(test.startswith(f"{check}::") for test in student.fails or ())
        or student.answers.keys() & assignment.answers_of(check)
    )
    return Spot(student.id, student.answers, concerned or every)


def _nothing_leaks(assignment: Assignment, course: Course) -> Finding:
    secrets = telling_lines(assignment)
    problems = [f"the release contains: {line}" for line in sorted(secrets & released_lines(course, assignment.name))]
    return Finding("nothing hidden or solved is in the release", tuple(problems), f"{len(secrets)} lines looked for")


def _not_stale(course: Course, built: Course, name: str) -> Finding:
    stale = differing(course, built.root, name)
    problems = [f"{path.relative_to(course.root)} is stale; run `autograder build {name}`" for path in stale]
    return Finding("source/, release/ and solutions/ are up to date", tuple(problems), "rebuilt byte for byte")


def _mutants(assignment: Assignment, course: Course, pool: Pool) -> Finding:
    score = mutation_score(course, assignment, pool)
    holes = tuple(f"{mutant.answer}\n{mutant.diff(assignment.answers[mutant.answer])}" for mutant in score.survivors)
    unused = tuple(f"equivalent_mutants.toml names a mutant that is caught: {entry}" for entry in score.unused)
    summary = f"{score.value:.1%}: {score.killed} caught, {len(holes)} not; {score.equivalent} are no mistakes"
    if score.left_out:
        summary += f"; none made of {', '.join(score.left_out)}, which slow tests judge"
    problems = (summary, *holes) if score.value < WANTED else ()
    return Finding(f"{WANTED:.0%} of the mutants are caught", problems + unused, "\n".join((summary, *holes)))


def _seconds(record: dict[str, Any]) -> float:
    return float(sum(entry["seconds"] for entry in record["notebooks"].values()))


def _verdicts(record: dict[str, Any]) -> list[dict[str, Any]]:
    return [v for entry in record["notebooks"].values() for check in entry["checks"] for v in check["verdicts"]]
