"""Tables for the terminal: what grading did, and who earned what on which check."""

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
    """What `autograder grade` did, one line per submission."""
    table = Table(title=name, title_justify="left")
    for column in ("student", "score", "seconds", "what happened"):
        table.add_column(column, justify="right" if column in ("score", "seconds") else "left")
    for outcome in outcomes:
        score = "" if outcome.status == "error" else f"{outcome.score:g} / {outcome.max_score:g}"
        style = "red" if outcome.status == "error" else "yellow" if outcome.needs_person or outcome.message else ""
        seconds = f"{outcome.seconds:.2f}" if outcome.seconds else ""
        table.add_row(escape(outcome.student), score, seconds, escape(_what_happened(outcome)), style=style)
    return table


def _what_happened(outcome: Outcome) -> str:
    flag = "needs a person: `autograder report` says why" if outcome.needs_person and not outcome.message else ""
    return "; ".join(part for part in (outcome.status, outcome.message, flag) if part)


def class_table(assignment: CourseAssignment) -> Table:
    """Every graded student's score on every check; raises CourseError when nobody is graded."""
    results = store.read_all(assignment)
    if not results:
        raise CourseError(f"nobody is graded for {assignment.name!r}; run `autograder grade {assignment.name}` first")
    points = {check.grade_id: check.points for result in results for check in result.checks}
    noun = "submission" if len(results) == 1 else "submissions"
    title = f"{assignment.name}: {len(results)} {noun}"
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.caption = _caption(points, results)
    table.add_column("student", overflow="ellipsis", min_width=8)  # this one gives way on a narrow terminal
    for number in range(1, len(points) + 1):
        table.add_column(str(number), justify="right", no_wrap=True, min_width=4)
    table.add_column("tests", justify="right", no_wrap=True, min_width=5)
    table.add_column("gradebook", justify="right", no_wrap=True)
    table.add_column("for a person")
    standings = _standings(assignment)
    for result in results:
        standing = standings.get(result.student)
        scores = {check.grade_id: _score(check) for check in result.checks}
        total = f"{standing.score:g} / {standing.max_score:g}" if standing else ""
        cells = [scores.get(check, "") for check in points]
        table.add_row(escape(result.student), *cells, f"{result.score:g}", total, escape(_remarks(result, standing)))
    return table


def _caption(points: dict[str, float], results: list[SubmissionResult]) -> str:
    """What the columns are, what a question mark means, and which data was used."""
    columns = (f"{n} {check.removeprefix('test_')} ({worth:g})" for n, (check, worth) in enumerate(points.items(), 1))
    lines = [" · ".join(columns)]
    if any(not verdict.was_run for result in results for verdict in result.verdicts):
        lines.append("? a hidden test was not run")
    data = Counter(check.graded_with for result in results for check in result.checks if check.graded_with)
    if data:
        lines.append(", ".join(f"{count} {with_data}" for with_data, count in sorted(data.items())))
    return "\n".join(lines)


def _score(check: CheckResult) -> str:
    """The points so far, with a question mark where a test was not run; the question mark alone where none was."""
    missing = [not verdict.was_run for verdict in check.verdicts]
    points = "" if missing and all(missing) else f"{check.score:.3g}"
    return points + "?" * any(missing)


def _standings(assignment: CourseAssignment) -> dict[str, Standing]:
    """What the gradebook says, manual points and penalties included."""
    from autograder.nbgrader_bridge.gradebook import Book

    with Book(assignment.course) as book:
        return book.standings(assignment.name)


def _remarks(result: SubmissionResult, standing: Standing | None) -> str:
    remarks = [result.why_a_person()] if result.needs_person else []
    if result.untouched:
        remarks.append("the untouched release")
    if standing is not None and standing.needs_grading:
        remarks.append("answers to grade by hand")
    return "; ".join(remarks)


def data_table(name: str, data: Data) -> Table:
    """Where an assignment's data was found, and which arrays students' functions see."""
    table = Table(title=f"{name}: {escape(data.name)}", caption=escape(data.origin), title_justify="left")
    table.caption_justify = "left"
    for column in ("array", "shape", "dtype", "students' functions"):
        table.add_column(column)
    for arrays, access in ((data.public, "receive it"), (data.private, "never see it")):
        for key, array in arrays.items():
            table.add_row(escape(key), str(array.shape), array.dtype.name, access)
    return table
