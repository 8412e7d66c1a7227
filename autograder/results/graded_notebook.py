"""Builds the graded notebook in autograded/, which formgrader shows and from which feedback is generated.

It holds no active content of the student's (outputs are text and PNG, HTML in markdown is shown as text), and of the
hidden tests only what students may read: their sentences, reasons, hints and notes.
"""

from __future__ import annotations

import re
from html import escape
from typing import Any

from autograder.notebooks.intake import Cell, Submission
from autograder.notebooks.ipynb import Json
from autograder.notebooks.sanitize import break_html_tags
from autograder.results.model import CheckResult, NotebookResult, Status, Verdict, format_points

_KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
_CODE = re.compile(r"`([^`]+)`")
_MARKS = {
    Status.PASSED: ("✓", "#1a7f37"),
    Status.FAILED: ("✗", "#cf222e"),
    Status.SKIPPED: ("?", "#9a6700"),
    Status.ERROR: ("?", "#9a6700"),
}
NOT_RUN = {
    Status.SKIPPED: "This slow test was skipped in a quick grading run.",
    Status.ERROR: "This test could not be run. That is not your fault; an instructor will look at it.",
}


def build(submission: Submission, result: NotebookResult) -> Json:
    """Builds the graded notebook; the output of each check is its score, with its hidden tests as a table."""
    checks = {check.grade_id: check for check in result.checks}
    cells = [_cell(cell, checks.get(cell.grade_id), result) for cell in submission.cells]
    notes = [result.problem] if result.problem else list(result.notes)
    if notes:
        cells.insert(0, _notes_cell(notes))
    metadata = {
        "kernelspec": _KERNEL,
        "language_info": {"name": "python"},
        "chainrule": {"isolation": result.isolation},
    }
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def _cell(cell: Cell, check: CheckResult | None, result: NotebookResult) -> Json:
    metadata: dict[str, Any] = {"nbgrader": dict(cell.nbgrader)} if cell.nbgrader else {}
    if cell.role == "experiment":
        metadata["tags"] = ["experiment"]
    fields = {"cell_type": cell.kind, "id": cell.id, "metadata": metadata, "source": cell.source}
    if cell.kind == "code":
        return fields | {"execution_count": None, "outputs": _outputs(cell, check, result)}
    if cell.source != cell.stub:
        fields["source"] = break_html_tags(cell.source)
    return fields


def _outputs(cell: Cell, check: CheckResult | None, result: NotebookResult) -> list[Json]:
    if check is None or check.classic:
        return result.outputs.get(cell.id, [])
    return [
        {
            "output_type": "execute_result",
            "execution_count": None,
            "metadata": {},
            # A plain float, because nbgrader reads anything else as full marks.
            "data": {"text/plain": repr(float(check.score)), "text/html": check_html(check, result.problem)},
        }
    ]


def check_html(check: CheckResult, problem: str = "") -> str:
    """Returns the score and the verdicts of a check as HTML for the student; ``problem`` takes their place."""
    unit = "point" if check.points == 1 else "points"
    with_data = f" ({escape(check.graded_with)})" if check.graded_with else ""
    head = f"<p><strong>{format_points(check.score)} of {format_points(check.points)} {unit}</strong>{with_data}</p>"
    if problem:
        return f"<div>{head}<p>{escape(problem)}</p></div>"
    rows = "".join(_row(verdict) for verdict in check.verdicts)
    return f"<div>{head}<table><tbody>{rows}</tbody></table></div>"


def _row(verdict: Verdict) -> str:
    lines = [f"<strong>{with_code(verdict.sentence)}</strong>"]
    if verdict.status is Status.FAILED:
        lines += [with_code(text) for text in (as_sentence(verdict.reason), verdict.hint) if text]
    if verdict.status in NOT_RUN:
        lines.append(NOT_RUN[verdict.status])
    lines += [with_code(note) for note in verdict.notes]
    mark, color = _MARKS[verdict.status]
    mark = f'<td style="color:{color};vertical-align:top;padding:4px 8px">{mark}</td>'
    return f'<tr>{mark}<td style="text-align:left;padding:4px 8px">{"<br>".join(lines)}</td></tr>'


def with_code(text: str) -> str:
    """Escapes text as HTML, and shows what is in backticks as code."""
    return _CODE.sub(r"<code>\1</code>", escape(text))


def as_sentence(text: str) -> str:
    """Turns a reason into a sentence: `the shape is ...` becomes `The shape is ... .`"""
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".") if text else ""


def _notes_cell(notes: list[str]) -> Json:
    lines = "\n".join(f"- {break_html_tags(note)}" for note in notes)
    source = f"**Notes from the grader**\n\n{lines}"
    return {"cell_type": "markdown", "id": "grading-remarks", "metadata": {}, "source": source}
