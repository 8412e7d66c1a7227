"""Scores a graded cell by its outputs, as nbgrader does, for assignments made with plain nbgrader."""

from __future__ import annotations

from autograder.notebooks.intake import Cell
from autograder.results.model import CheckResult, Status, Verdict
from autograder.sandbox.host.replies import Output


def classic_check(cell: Cell, outputs: list[Output]) -> CheckResult:
    """Scores a cell with nbgrader's own ``determine_grade``; if that fails, the submission is flagged."""
    from nbformat import from_dict  # importing nbgrader takes longer than grading most submissions
    from nbgrader.utils import determine_grade

    fields = {
        "cell_type": cell.kind,
        "source": cell.source,
        "metadata": {"nbgrader": cell.nbgrader},
        "outputs": outputs,
    }
    try:
        score, _ = determine_grade(from_dict(fields))
    except (ValueError, KeyError, AttributeError) as error:
        verdict = Verdict(cell.grade_id, "The score of this cell could be read.", 1.0, Status.ERROR, detail=str(error))
        return CheckResult(cell.grade_id, cell.points, 0.0, (verdict,), classic=True)
    return CheckResult(cell.grade_id, cell.points, float(score or 0.0), classic=True)
