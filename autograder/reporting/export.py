"""Writes a class as CSV and JSON, for spreadsheets and programs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from typing import Any

from autograder.course.submitted.roster import printable
from autograder.reporting.analysis import summarize
from autograder.reporting.class_data import ClassData, Mark, Row
from autograder.results.model import format_points

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def csv_text(header: Sequence[object], rows: Iterable[Sequence[object]]) -> str:
    """Returns a CSV file whose cells a spreadsheet never takes for formulas, whatever students wrote."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(map(_cell, header))
    writer.writerows(map(_cell, row) for row in rows)
    return text.getvalue()


def _cell(value: object) -> str:
    """Returns a cell as text; text that begins like a formula gets an apostrophe in front, numbers do not."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, int | float):
        return format_points(value)
    text = printable(str(value))
    return f"'{text}" if text.startswith(_FORMULA_STARTS) and not _is_number(text) else text


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return text == text.strip()


def class_csv(data: ClassData, rows: Sequence[Row] | None = None) -> str:
    """Returns one line per student: points by question, total, what waits for a person and why."""
    columns = [f"Q{question.number}" if question.number else question.label for question in data.questions]
    header = ["student", *columns, "penalty", "total", "max", "waiting", "needs manual review", "remarks"]
    return csv_text(header, (_line(row, data) for row in (data.rows if rows is None else rows)))


def _line(row: Row, data: ClassData) -> list[object]:
    points = [_earned(mark) for mark in row.marks]
    remarks = "; ".join(row.remarks)
    return [
        row.student, *points, row.penalty, row.total, data.points, row.waiting, row.result.needs_person, remarks,
    ]  # fmt: skip


def _earned(mark: Mark) -> float | None:
    """Returns the points; None while nothing of the question is graded, because that is not zero."""
    return round(mark.earned, 2) if mark.graded or not (mark.pending or mark.incomplete) else None


def class_json(data: ClassData, rows: Sequence[Row] | None = None) -> str:
    """Returns the same as :func:`class_csv` for programs, with a summary of the class."""
    questions = [{"number": q.number, "title": q.title, "points": q.points} for q in data.questions]
    summary = {key: _rounded(value) for key, value in vars(summarize(data.rows)).items()}
    students = [
        {
            "student": row.student,
            "points": [_earned(mark) for mark in row.marks],
            "penalty": _rounded(row.penalty),
            "total": _rounded(row.total),
            "waiting": row.waiting,
            "needs_manual_review": row.result.needs_person,
            "remarks": list(row.remarks),
        }
        for row in (data.rows if rows is None else rows)
    ]
    name, points = data.assignment.name, _rounded(data.points)
    fields: dict[str, Any] = {"assignment": name, "points": points, "questions": questions, "summary": summary}
    return json.dumps(fields | {"students": students}, indent=1, ensure_ascii=False)


def _rounded(value: Any) -> Any:
    return round(value, 2) if isinstance(value, float) else value
