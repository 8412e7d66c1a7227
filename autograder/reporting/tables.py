"""The class at a glance, for the terminal: what grading did, and who earned what on which check."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.markup import escape
from rich.table import Table

from autograder.course.layout import Course
from autograder.errors import CourseError
from autograder.grading.batch import Outcome
from autograder.nbgrader_bridge.gradebook import Book, Standing
from autograder.results import store as records


def outcome_table(name: str, outcomes: Sequence[Outcome]) -> Table:
    """What `autograder grade` did, a line per submission."""
    table = Table(title=name, title_justify="left")
    for column in ("student", "score", "seconds", "what happened"):
        table.add_column(column, justify="right" if column in ("score", "seconds") else "left")
    for outcome in outcomes:
        score = "" if outcome.status == "error" else f"{outcome.score:g} / {outcome.max_score:g}"
        style = "red" if outcome.status == "error" else "yellow" if outcome.needs_person or outcome.message else ""
        seconds = f"{outcome.seconds:.2f}" if outcome.seconds else ""
        table.add_row(escape(outcome.student), score, seconds, escape(_what(outcome)), style=style)
    return table


def _what(outcome: Outcome) -> str:
    flag = "needs a person: `autograder report` says why" if outcome.needs_person and not outcome.message else ""
    return "; ".join(part for part in (outcome.status, outcome.message, flag) if part)


def class_table(course: Course, name: str) -> Table:
    """Every graded student's score on every check; raises CourseError when nobody is graded."""
    folder = course.reports / name
    entries = [records.read(course, name, path.stem) for path in sorted(folder.glob("*.json"))]
    entries = [entry for entry in entries if entry]
    if not entries:
        raise CourseError(f"nobody is graded for {name!r}; run `autograder grade {name}` first")
    checks = {check["grade_id"]: check["points"] for entry in entries for check in _checks(entry)}
    standings = _standings(course, name)
    noun = "submission" if len(entries) == 1 else "submissions"
    table = Table(title=f"{name}: {len(entries)} {noun}", title_justify="left", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.caption = " · ".join(
        f"{number} {check.removeprefix('test_')} ({points:g})"
        for number, (check, points) in enumerate(checks.items(), 1)
    )
    with_data = Counter(check["graded_with"] for entry in entries for check in _checks(entry) if check["graded_with"])
    if any(verdict["status"] == "not run" for entry in entries for c in _checks(entry) for verdict in c["verdicts"]):
        table.caption += "\n? a hidden test was not run"
    if with_data:
        table.caption += "\n" + ", ".join(f"{count} {said}" for said, count in sorted(with_data.items()))
    table.add_column("student", overflow="ellipsis", min_width=8)  # this one gives way on a narrow terminal
    for number in range(1, len(checks) + 1):
        table.add_column(str(number), justify="right", no_wrap=True, min_width=4)
    table.add_column("tests", justify="right", no_wrap=True, min_width=5)
    table.add_column("gradebook", justify="right", no_wrap=True)
    table.add_column("for a person")
    for entry in entries:
        found = {check["grade_id"]: _score(check) for check in _checks(entry)}
        cells = [found.get(check, "") for check in checks]
        standing = standings.get(entry["student"])
        total = f"{standing.score:g} / {standing.max_score:g}" if standing else ""
        table.add_row(escape(entry["student"]), *cells, f"{entry['score']:g}", total, _for_a_person(entry, standing))
    return table


def _score(check: dict[str, Any]) -> str:
    """The points so far, with a question mark where a test was not run; the question mark alone where none was."""
    missing = [verdict["status"] == "not run" for verdict in check["verdicts"]]
    points = "" if missing and all(missing) else f"{check['score']:.3g}"
    return points + "?" * any(missing)


def _standings(course: Course, name: str) -> dict[str, Standing]:
    """What the gradebook says, manual points and penalties included."""
    with Book(course) as book:
        return book.standings(name)


def _for_a_person(entry: dict[str, Any], standing: Standing | None) -> str:
    said = [records.why_a_person(entry)] if entry["needs_person"] else []
    if standing is not None and standing.needs_grading:
        said.append("answers to grade by hand")
    return "; ".join(said)


def _checks(entry: dict[str, Any]) -> list[dict[str, Any]]:
    return [check for record in entry["notebooks"].values() for check in record["checks"]]
