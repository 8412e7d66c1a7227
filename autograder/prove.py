"""Proves an assignment: its suites accept what is right, catch what is wrong, and stay hidden.

Everything is graded the way a class is graded, in a course of its own, twice.
"""

from __future__ import annotations

import ast
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder import batch, records
from autograder.assignment import Assignment
from autograder.build import stale
from autograder.classroom import Student, broken_laws, copy_course, plain, provers, submit, wanted_score
from autograder.course import Course
from autograder.mutation import WANTED, mutation_score
from autograder.suite import Suite

_SIGNIFICANT = 24
"""Characters from which a line of code says something; `return total` gives nothing away."""

_REGION = re.compile(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", re.DOTALL)


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


def prove(course: Course, name: str, *, workers: int = 0, mutants: bool = False) -> Proof:
    """Grades everything the assignment's folder claims about itself; the course is only read.

    With ``mutants``, small systematic mistakes in the reference answers are graded as well.
    """
    assignment = course.assignment(name)
    with tempfile.TemporaryDirectory(prefix="autograder-prove-") as scratch, Suite(assignment.hidden_tests) as suite:
        copied = copy_course(course, Path(scratch), [name])
        students = provers(copied, assignment)
        for student in students:
            submit(copied, name, student)
        first = _grade(copied, name, students, workers)
        second = _grade(copied, name, students, workers)
        findings = [
            _suites_match(assignment, suite),
            _earns_everything(students[:1], first),
            _earns_nothing(students[1], first),
            _wrong_answers(assignment, suite, students, first),
            _earns_everything([s for s in students if s.id.startswith("right-")], first),
            _all_ran(first),
            _same(first, second),
            _nothing_leaks(assignment, copied),
            _not_stale(course, name),
            *([_mutants(assignment, copied, workers)] if mutants else []),
        ]
    return Proof(name, tuple(findings))


def _grade(course: Course, name: str, students: list[Student], workers: int) -> dict[str, dict[str, Any]]:
    outcomes = batch.grade(course, name, options=batch.Options(force=True, workers=workers))
    failed = {outcome.student: outcome.message for outcome in outcomes if outcome.status == "error"}
    found = {student.id: records.read(course, name, student.id) for student in students}
    return {
        key: {"notebooks": {}, "score": 0.0, "error": failed[key]} if key in failed else found[key] for key in found
    }


def _suites_match(assignment: Assignment, suite: Suite) -> Finding:
    checks = {check.grade_id for check in assignment.checks}
    problems = [f"the check {name} has no hidden_tests/{name}.py" for name in sorted(checks - set(suite.laws))]
    problems += [f"hidden_tests/{name}.py grades no check" for name in sorted(set(suite.laws) - checks)]
    laws = sum(len(found) for found in suite.laws.values())
    return Finding(
        "every check has a suite, every suite a check", tuple(problems), f"{len(checks)} checks, {laws} laws"
    )


def _earns_everything(students: list[Student], graded: dict[str, dict[str, Any]]) -> Finding:
    problems = [
        f"{student.id} loses {plain(broken_laws(graded[student.id])) or graded[student.id].get('error', '')}"
        for student in students
        if broken_laws(graded[student.id]) or graded[student.id]["score"] != graded[student.id].get("max_score")
    ]
    what = "the solution" if students and students[0].id == "solution" else "each right answer"
    return Finding(f"{what} earns everything", tuple(problems), f"{len(students)} graded")


def _earns_nothing(untouched: Student, graded: dict[str, dict[str, Any]]) -> Finding:
    record = graded[untouched.id]
    verdicts = _verdicts(record)
    passed = [verdict["law"] for verdict in verdicts if verdict["status"] == "passed"]
    problems = [f"the untouched release passes {law}" for law in passed]
    return Finding("the untouched release earns 0", tuple(problems), f"{record['score']:g} points")


def _wrong_answers(
    assignment: Assignment, suite: Suite, students: list[Student], graded: dict[str, dict[str, Any]]
) -> Finding:
    known = {law.id for laws in suite.laws.values() for law in laws}
    problems = []
    wrong = [student for student in students if student.id.startswith("wrong-")]
    for student in wrong:
        fails, broke = student.fails or frozenset(), broken_laws(graded[student.id])
        if unknown := fails - known:
            problems.append(f"{student.id} names laws that no suite has: {plain(unknown)}")
        if missed := (fails & known) - broke:
            problems.append(f"{student.id} passes {plain(missed)}")
        if extra := broke - fails:
            problems.append(f"{student.id} breaks {plain(extra)} as well")
        wanted = wanted_score(assignment, suite, student)
        if not problems and abs(graded[student.id]["score"] - wanted) > 1e-3:
            problems.append(f"{student.id} earns {graded[student.id]['score']:g} instead of {wanted:g}")
    untested = known - {law for student in wrong for law in student.fails or ()}
    evidence = f"{len(wrong)} misconceptions; {len(known) - len(untested)} of {len(known)} laws are broken by one"
    return Finding("each wrong answer loses exactly the laws it names", tuple(problems), evidence)


def _all_ran(graded: dict[str, dict[str, Any]]) -> Finding:
    problems = [
        f"{student}: {verdict['law']} was not run: {verdict['detail'].strip().splitlines()[-1]}"
        for student, record in graded.items()
        for verdict in _verdicts(record)
        if verdict["status"] == "not run"
    ]
    problems += [f"{student}: {record['error']}" for student, record in graded.items() if record.get("error")]
    return Finding("no hidden test is at fault", tuple(problems), "every law passed or failed")


def _same(first: dict[str, dict[str, Any]], second: dict[str, dict[str, Any]]) -> Finding:
    problems = [
        f"{student}: {first[student]['score']:g}, then {second[student]['score']:g}"
        for student in first
        if first[student]["score"] != second[student]["score"]
        or broken_laws(first[student]) != broken_laws(second[student])
    ]
    return Finding("two gradings agree", tuple(problems), f"{len(first)} submissions, twice")


def _nothing_leaks(assignment: Assignment, course: Course) -> Finding:
    """Looks for every telling line of the solutions and suites in everything students are handed."""
    released = [path for path in (course.release / assignment.name).rglob("*") if path.is_file()]
    text = "\n".join(path.read_text(encoding="utf-8", errors="replace") for path in released)
    lines = {" ".join(line.split()) for line in text.replace("\\n", "\n").replace('\\"', '"').splitlines()}
    lines |= {line.strip('"#, ') for line in lines}
    secrets = _solution_lines(assignment) | _suite_lines(assignment)
    problems = [f"the release contains: {line}" for line in sorted(secrets & lines)]
    return Finding("nothing hidden or solved is in the release", tuple(problems), f"{len(secrets)} lines looked for")


def _solution_lines(assignment: Assignment) -> set[str]:
    regions = [region for source in assignment.answers.values() for region in _REGION.findall(source)]
    return {line for region in regions for line in _telling(region)}


def _suite_lines(assignment: Assignment) -> set[str]:
    found: set[str] = set()
    for path in sorted(assignment.hidden_tests.rglob("*.py")):
        found |= _telling(_without_imports(path.read_text(encoding="utf-8")))
    return found


def _without_imports(source: str) -> str:
    lines = source.splitlines()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            lines[node.lineno - 1 : node.end_lineno] = [""] * ((node.end_lineno or node.lineno) - node.lineno + 1)
    return "\n".join(lines)


def _telling(text: str) -> set[str]:
    lines = (" ".join(line.split()) for line in text.splitlines())
    return {line for line in lines if len(line) >= _SIGNIFICANT and not line.startswith("#")}


def _not_stale(course: Course, name: str) -> Finding:
    problems = [
        f"{path.relative_to(course.root)} is stale; run `autograder build {name}`" for path in stale(course, name)
    ]
    return Finding("source/, release/ and solutions/ are up to date", tuple(problems), "rebuilt byte for byte")


def _mutants(assignment: Assignment, course: Course, workers: int) -> Finding:
    score = mutation_score(course, assignment.name, workers=workers)
    holes = tuple(f"{mutant.answer}\n{mutant.diff(assignment.answers[mutant.answer])}" for mutant in score.survivors)
    unused = tuple(f"equivalent_mutants.toml names a mutant that is caught: {entry}" for entry in score.unused)
    summary = f"{score.value:.1%}: {score.killed} caught, {len(holes)} not; {score.equivalent} are no mistakes"
    problems = (summary, *holes) if score.value < WANTED else ()
    return Finding(f"{WANTED:.0%} of the mutants are caught", problems + unused, "\n".join((summary, *holes)))


def _verdicts(record: dict[str, Any]) -> list[dict[str, Any]]:
    return [v for entry in record["notebooks"].values() for check in entry["checks"] for v in check["verdicts"]]
