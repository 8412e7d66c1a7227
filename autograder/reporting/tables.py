"""Tables for the terminal: the outcome of grading, the scores of a class, and the data of an assignment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.markup import escape
from rich.table import Table

from autograder.course.layout import CourseAssignment
from autograder.errors import CourseError
from autograder.grading.batch import Outcome
from autograder.results import store
from autograder.results.model import CheckResult, SubmissionResult

if TYPE_CHECKING:
    from autograder.course.data import Data
    from autograder.nbgrader_bridge.gradebook import Standing


def outcome_table(name: str, outcomes: Sequence[Outcome]) -> Table:
    """Returns the table that `autograder grade` prints: one row per submission of the assignment ``name``."""
    table = Table(title=name, title_justify="left")
    for column in ("student", "score", "seconds", "status"):
        table.add_column(column, justify="right" if column in ("score", "seconds") else "left")
    for outcome in outcomes:
        score = "" if outcome.status == "error" else f"{outcome.score:g} / {outcome.max_score:g}"
        style = "red" if outcome.status == "error" else "yellow" if outcome.needs_person or outcome.message else ""
        seconds = f"{outcome.seconds:.2f}" if outcome.seconds else ""
        table.add_row(escape(outcome.student), score, seconds, escape(_status(outcome, name)), style=style)
    return table


def _status(outcome: Outcome, name: str) -> str:
    flag = f"needs a person; see `autograder report {name}`" if outcome.needs_person and not outcome.message else ""
    return "; ".join(part for part in (outcome.status, outcome.message, flag) if part)


def class_table(assignment: CourseAssignment) -> Table:
    """Returns a table with every graded student's score on every check.

    Raises CourseError when no submission has been graded.
    """
    results = store.read_all(assignment)
    if not results:
        raise CourseError(
            f"no submission of {assignment.name!r} has been graded; run `autograder grade {assignment.name}` first"
        )
    points = {check.grade_id: check.points for result in results for check in result.checks}
    noun = "submission" if len(results) == 1 else "submissions"
    title = f"{assignment.name}: {len(results)} {noun}"
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.caption = _caption(points, results)
    table.add_column("student", overflow="ellipsis", min_width=8)  # the column that shrinks on a narrow terminal
    for number in range(1, len(points) + 1):
        table.add_column(str(number), justify="right", no_wrap=True, min_width=4)
    table.add_column("tests", justify="right", no_wrap=True, min_width=5)
    table.add_column("gradebook", justify="right", no_wrap=True)
    table.add_column("remarks")
    standings = _standings(assignment)
    for result in results:
        standing = standings.get(result.student)
        scores = {check.grade_id: _score(check) for check in result.checks}
        total = f"{standing.score:g} / {standing.max_score:g}" if standing else ""
        cells = [scores.get(check, "") for check in points]
        table.add_row(escape(result.student), *cells, f"{result.score:g}", total, escape(_remarks(result, standing)))
    return table


def _caption(points: dict[str, float], results: list[SubmissionResult]) -> str:
    """Explains the numbered columns and the question mark, and counts the checks graded with each data set."""
    columns = (
        f"{number} {check.removeprefix('test_')} ({max_score:g})"
        for number, (check, max_score) in enumerate(points.items(), 1)
    )
    lines = [" · ".join(columns)]
    if any(not verdict.was_run for result in results for verdict in result.verdicts):
        lines.append("? = a hidden test was not run")
    data = Counter(check.graded_with for result in results for check in result.checks if check.graded_with)
    if data:
        lines.append(", ".join(f"{count} {graded_with}" for graded_with, count in sorted(data.items())))
    return "\n".join(lines)


def _score(check: CheckResult) -> str:
    """Returns the score, followed by "?" when some tests were not run; only "?" when none were."""
    not_run = [not verdict.was_run for verdict in check.verdicts]
    points = "" if not_run and all(not_run) else f"{check.score:.3g}"
    return points + "?" * any(not_run)


def _standings(assignment: CourseAssignment) -> dict[str, Standing]:
    """Reads the scores in the gradebook, which include manual grading and late penalties."""
    from autograder.nbgrader_bridge.gradebook import Book

    with Book(assignment.course) as book:
        return book.standings(assignment.name)


def _remarks(result: SubmissionResult, standing: Standing | None) -> str:
    remarks = [result.why_needs_person()] if result.needs_person else []
    if result.untouched:
        remarks.append("identical to the release")
    if standing is not None and standing.needs_grading:
        remarks.append("has answers to grade manually")
    return "; ".join(remarks)


def data_table(name: str, data: Data) -> Table:
    """Returns a table of the arrays of the assignment ``name``, their origin, and whether students' code sees them."""
    table = Table(title=f"{name}: {escape(data.name)}", caption=escape(data.origin), title_justify="left")
    table.caption_justify = "left"
    for column in ("array", "shape", "dtype", "access"):
        table.add_column(column)
    for arrays, access in ((data.public, "public"), (data.private, "private")):
        for key, array in arrays.items():
            table.add_row(escape(key), str(array.shape), array.dtype.name, access)
    return table
