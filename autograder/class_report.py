"""The class at a glance, for the terminal: what grading did, and who earned what on which check."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.markup import escape
from rich.table import Table

from autograder import records
from autograder.batch import Outcome
from autograder.course import Course
from autograder.errors import CourseError


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
    flag = "needs a person: a hidden test could not run" if outcome.needs_person else ""
    return "; ".join(part for part in (outcome.status, outcome.message, flag) if part)


def class_table(course: Course, name: str) -> Table:
    """Every graded student's score on every check; raises CourseError when nobody is graded."""
    folder = course.reports / name
    entries = [records.read(course, name, path.stem) for path in sorted(folder.glob("*.json"))]
    entries = [entry for entry in entries if entry]
    if not entries:
        raise CourseError(f"nobody is graded for {name!r}; run `autograder grade {name}` first")
    checks = list(dict.fromkeys(check["grade_id"] for entry in entries for check in _checks(entry)))
    noun = "submission" if len(entries) == 1 else "submissions"
    table = Table(title=f"{name}: {len(entries)} {noun}", title_justify="left")
    table.add_column("student")
    for check in checks:
        table.add_column(check.removeprefix("test_").replace("_", " "), justify="right")
    table.add_column("score", justify="right")
    table.add_column("for a person")
    for entry in entries:
        scores = {check["grade_id"]: check["score"] for check in _checks(entry)}
        cells = [f"{scores[check]:g}" if check in scores else "" for check in checks]
        flag = "look at it" if entry["needs_person"] else ""
        table.add_row(escape(entry["student"]), *cells, f"{entry['score']:g} / {entry['max_score']:g}", flag)
    return table


def _checks(entry: dict[str, Any]) -> list[dict[str, Any]]:
    return [check for record in entry["notebooks"].values() for check in record["checks"]]
