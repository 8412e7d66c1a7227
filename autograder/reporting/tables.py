"""Tables for the terminal: the outcome of grading, the scores of a class, and the data of an assignment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from autograder.course.questions import Question
from autograder.course.submitted.roster import printable
from autograder.errors import CourseError
from autograder.grading.batch import Outcome
from autograder.nbgrader_bridge.feedback import is_missing_or_stale
from autograder.reporting import analysis
from autograder.reporting.class_data import ClassData, Mark, Row
from autograder.results.model import format_points

if TYPE_CHECKING:
    from autograder.course.data import Data

_NAME_WIDTH = 30
"""Longer names of students are cut in the table; the file names in reports/ show them in full."""

_HARDEST = 3
_NAMED = 5
"""How many students are named for the same remark."""


def outcome_table(name: str, outcomes: Sequence[Outcome]) -> Table:
    """Returns the table that `autograder grade` prints: one row per submission of the assignment ``name``."""
    table = Table(title=name, title_justify="left")
    for column in ("student", "by tests", "seconds", "status"):
        table.add_column(column, justify="right" if column in ("by tests", "seconds") else "left")
    for outcome in outcomes:
        score = f"{format_points(outcome.score)} / {format_points(outcome.max_score)}"
        score = "" if outcome.status == "error" else score
        style = "red" if outcome.status == "error" else "yellow" if outcome.needs_person or outcome.message else ""
        seconds = f"{outcome.seconds:.2f}" if outcome.seconds else ""
        table.add_row(escape(outcome.student), score, seconds, escape(_status(outcome, name)), style=style)
    return table


def _status(outcome: Outcome, name: str) -> str:
    unreadable = bool(outcome.message) and outcome.status != "error"
    status = "cannot be read" if unreadable else outcome.status
    flagged = outcome.needs_person and not outcome.message
    flag = f"needs manual review; see `autograder report {name}`" if flagged else ""
    return "; ".join(part for part in (status, outcome.message, flag) if part)


def sorted_rows(data: ClassData, order: str, *, flagged: bool = False) -> list[Row]:
    """Returns the students in the order "name", "score" or that of a question's number, lowest points first.

    ``flagged`` leaves only submissions that need manual review. Raises CourseError for an unknown order.
    """
    rows = [row for row in data.rows if row.result.needs_person or not flagged]
    labels = [question.label for question in data.questions]
    keys: dict[str, Callable[[Row], float]] = {"score": lambda row: row.total}
    for place, label in enumerate(labels):
        keys[label] = lambda row, place=place: row.marks[place].earned  # type: ignore[misc]
    if order == "name":
        return rows
    if order not in keys:
        raise CourseError(f"--sort {order!r} is not an order; choose name, score or a question: {', '.join(labels)}")
    return sorted(rows, key=keys[order])


def class_report(data: ClassData, rows: Sequence[Row], width: int) -> RenderableType:
    """Returns the scores of ``rows`` on each question, remarks and the statistics of the class, to fit the width."""
    noun = "submission" if len(data.rows) == 1 else "submissions"
    parts: list[RenderableType] = [Text(f"{data.assignment.name}: {len(data.rows)} {noun}", style="bold")]
    longest = max([len("student"), *(len(row.student) for row in rows)])
    name_width = min(longest, _NAME_WIDTH, max(8, width // 4))
    parts += [_scores(data, rows, places, name_width) for places in _pages(data, rows, width - name_width)]
    return Group(*parts, *_remarks(rows), *map(Text, _legend(data)), *map(Text, _statistics(data)))


def _pages(data: ClassData, rows: Sequence[Row], width: int) -> Iterator[list[int]]:
    """Divides the questions into tables that fit the width; each has some columns, and the total is in all of them."""
    free = width - max([len("total"), *(len(_total(row).plain) for row in rows)]) - 1
    page: list[int] = []
    used = 0
    for place, question in enumerate(data.questions):
        texts = [question.label, *(_points(row.marks[place]).plain for row in rows)]
        needed = max(map(len, texts)) + 1
        if page and used + needed > free:
            yield page
            page, used = [], 0
        page.append(place)
        used += needed
    yield page


def _scores(data: ClassData, rows: Sequence[Row], places: Sequence[int], name_width: int) -> Table:
    table = Table(box=SIMPLE_HEAD, padding=0, show_edge=False)  # one space between columns
    table.add_column("student", no_wrap=True, overflow="ellipsis", width=name_width)
    for place in places:
        table.add_column(escape(data.questions[place].label), justify="right", no_wrap=True)
    table.add_column("total", justify="right", no_wrap=True)
    for row in rows:
        style = "yellow" if row.result.needs_person else ""
        student = Text(row.student, style=style)
        table.add_row(student, *(_points(row.marks[place]) for place in places), _total(row))
    return table


def _points(mark: Mark) -> Text:
    """Returns the points in the colour of what is lost, "…" while a part is pending, "?" where a test was not run."""
    share = mark.share
    if share is None:
        return Text("?" if mark.incomplete else "…", style="cyan")
    style = "red" if share <= 0 else "yellow" if share < 1 - 1e-6 else ""
    return Text(f"{format_points(mark.earned)}{'…' * mark.pending}{'?' * mark.incomplete}", style=style)


def _total(row: Row) -> Text:
    return Text(format_points(row.total) + "…" * row.pending, style="bold")


def _remarks(rows: Sequence[Row]) -> Iterator[Text]:
    """Yields each remark with the students it concerns."""
    students: dict[str, list[Row]] = {}
    for row in rows:
        for remark in row.remarks:
            students.setdefault(remark, []).append(row)
    for remark, concerned in students.items():
        names = ", ".join(row.student for row in concerned[:_NAMED])
        more = f" and {len(concerned) - _NAMED} more" if len(concerned) > _NAMED else ""
        flagged = any(remark == row.result.why_needs_person() for row in concerned)
        # A remark may quote what a student wrote, which must not control the terminal.
        yield Text(printable(f"{names}{more}: {remark}"), style="yellow" if flagged else "dim")


def _legend(data: ClassData) -> Iterator[str]:
    numbered = (f"{_column(question)} ({format_points(question.points)})" for question in data.questions)
    who = f": {data.who_grades}" if data.who_grades else ""
    yield f"\n{' · '.join(numbered)}; {format_points(data.points)} points in all{who}"
    marks = [mark for row in data.rows for mark in row.marks]
    if any(mark.pending for mark in marks):
        yield "… = waits for manual grading"
    if any(mark.incomplete for mark in marks):
        yield "? = a hidden test was not run"
    graded_with = Counter(check.graded_with for row in data.rows for check in row.result.checks if check.graded_with)
    if graded_with:
        yield ", ".join(f"{count} {name}" for name, count in sorted(graded_with.items()))


def _column(question: Question) -> str:
    return f"{question.number} {question.title}".strip()


def _statistics(data: ClassData) -> Iterator[str]:
    summary = analysis.summarize(data.rows)
    if summary.mean is not None:
        yield f"mean {summary.mean:.1f} %, median {summary.median:.1f} % of what is graded"
    hardest = analysis.hardest_tests(data, count=_HARDEST)
    if hardest:
        yield "hardest hidden tests:"
    for test in hardest:
        where = f"question {test.question}" if test.question[:1].isdigit() else test.question
        yield f"  {100 * test.share:.0f} % fail, {where}: {test.sentence}"


def points_note(data: ClassData) -> list[str]:
    """Returns a sentence on the points that the scores by tests leave out; none where tests grade everything."""
    return (
        [f"{data.assignment.name} has {format_points(data.points)} points: {data.who_grades}."]
        if data.who_grades
        else []
    )


def next_steps(data: ClassData) -> list[str]:
    """Returns what is left to do after grading, one sentence each: manual grading, review, feedback."""
    name = data.assignment.name
    steps = []
    if data.waiting:
        noun = "written answer waits" if data.waiting == 1 else "written answers wait"
        steps.append(f"{data.waiting} {noun} for manual grading in formgrader.")
    if review := sum(row.result.needs_person for row in data.rows):
        noun = "submission needs" if review == 1 else "submissions need"
        steps.append(f"{review} {noun} manual review: run `autograder report {name} --flagged`.")
    if stale := sum(is_missing_or_stale(data.assignment, row.student) for row in data.rows):
        what = "The feedback" if stale == len(data.rows) else f"The feedback of {stale} of {len(data.rows)} students"
        steps.append(f"{what} is missing or older than the grades: run `autograder feedback {name}`.")
    return steps


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
