"""Works out what a feedback page says: the points of each question, why some were lost, and what to correct first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from autograder.course.questions import Question, readable
from autograder.nbgrader_bridge.page.grades import CellGrade, NotebookGrades
from autograder.notebooks.ipynb import Json, grade_id_of, nbgrader_of
from autograder.results.causes import Cause, causes_of
from autograder.results.graded_notebook import NOT_RUN
from autograder.results.model import CheckResult, NotebookResult, Status, Verdict, who_grades

MAX_CARDS = 3


@dataclass(frozen=True)
class Points:
    """Points of a part: earned, and not decided yet, of those that it is worth."""

    earned: float
    worth: float
    pending: float = 0.0

    @property
    def lost(self) -> float:
        """Neither earned nor pending; extra credit can leave less than nothing."""
        return max(0.0, self.worth - self.earned - self.pending)

    def __add__(self, other: Points) -> Points:
        return Points(self.earned + other.earned, self.worth + other.worth, self.pending + other.pending)


@dataclass(frozen=True)
class Part:
    """A graded cell of a question: a check with its hidden tests, or an answer that a person grades."""

    name: str
    cell: Json
    """The cell of the graded notebook; an empty one where the notebook does not have it."""
    points: Points
    check: CheckResult | None
    grade: CellGrade
    comment: str = ""

    @property
    def is_written(self) -> bool:
        """Whether a person grades it."""
        return self.check is None and not _is_check(self.cell)

    @property
    def is_blank(self) -> bool:
        """Whether it is an answer for a person that the student has left as it was: nbgrader gives it no points."""
        return self.is_written and self.grade.by_hand is None and self.grade.by_tests == 0

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """The hidden tests of a check."""
        return self.check.verdicts if self.check else ()

    @property
    def by_hand(self) -> bool:
        """Whether a person has replaced the score of the tests."""
        return not self.is_written and self.grade.by_hand is not None

    def points_of(self, verdict: Verdict) -> Points:
        """Returns the share of a hidden test in the points of the check."""
        weight = sum(other.weight for other in self.verdicts)
        unit = self.points.worth / weight if weight else 0.0
        pending = 0.0 if verdict.was_run else unit * (verdict.weight - verdict.earned)
        return Points(unit * verdict.earned, unit * verdict.weight, pending)


@dataclass(frozen=True)
class Section:
    """A question of the page: what the student wrote, and what became of it."""

    question: Question
    parts: tuple[Part, ...]
    answers: tuple[Json, ...]
    """The cells with code that the hidden tests judged."""
    comments: Mapping[str, str]
    """What people wrote about these cells."""

    @cached_property
    def points(self) -> Points:
        """The points of all parts."""
        return sum((part.points for part in self.parts), Points(0.0, 0.0))

    @cached_property
    def causes(self) -> list[Cause]:
        """Why hidden tests failed, in the order of the tests."""
        return causes_of(self.verdicts)

    @cached_property
    def verdicts(self) -> list[Verdict]:
        """The hidden tests of all checks."""
        return [verdict for part in self.parts for verdict in part.verdicts]

    @property
    def passed(self) -> list[Verdict]:
        """The hidden tests that passed."""
        return [verdict for verdict in self.verdicts if verdict.status is Status.PASSED]

    @property
    def not_run(self) -> list[tuple[Verdict, str]]:
        """The hidden tests that were not run, and why."""
        return [(verdict, NOT_RUN[verdict.status]) for verdict in self.verdicts if verdict.status in NOT_RUN]

    @property
    def main_cause(self) -> Cause | None:
        """The cause that costs most."""
        return max(self.causes, key=lambda cause: self.lost_by(cause.verdicts), default=None)

    @property
    def summary(self) -> str:
        """One line on what became of the question, where no cause says more."""
        points = self.points
        if any(part.is_blank for part in self.parts):
            return "The written answer is empty."
        if any(part.check and part.check.classic and part.points.lost for part in self.parts):
            return "The check did not pass."
        if points.lost:
            return "Some points are missing: see the comments."
        return "Not graded yet." if points.pending else "Everything is right."

    def points_of(self, *verdicts: Verdict) -> Points:
        """Returns the points of hidden tests."""
        tests = {verdict.test for verdict in verdicts}
        points = (part.points_of(own) for part in self.parts for own in part.verdicts if own.test in tests)
        return sum(points, Points(0.0, 0.0))

    def lost_by(self, verdicts: Sequence[Verdict]) -> float:
        """Returns the points that hidden tests cost."""
        return self.points_of(*verdicts).lost


@dataclass(frozen=True)
class Content:
    """What the page of a notebook says."""

    student: str
    title: str
    notebook: str
    grades: NotebookGrades
    sections: tuple[Section, ...]
    cells: Sequence[Json]
    notes: tuple[str, ...] = ()
    problem: str = ""
    graded: str = ""
    """When the notebook was graded."""

    @property
    def points(self) -> Points:
        """The points of the notebook, after the late penalty."""
        total = sum((section.points for section in self.sections), Points(0.0, 0.0))
        return Points(max(0.0, total.earned - self.grades.penalty), total.worth, total.pending)

    @property
    def who_grades(self) -> str:
        """How the points are divided: "96 graded by tests, 4 by hand"; empty where tests grade everything."""
        parts = [part for section in self.sections for part in section.parts if part.is_written]
        return who_grades(self.points.worth, sum(part.points.worth for part in parts))

    @property
    def start_here(self) -> list[Section]:
        """The questions that cost most, the most expensive first."""
        costly = sorted((section for section in self.sections if section.points.lost), key=lambda s: -s.points.lost)
        return costly[:MAX_CARDS]


def sections_of(
    cells: Sequence[Json], questions: Sequence[Question], result: NotebookResult | None, grades: NotebookGrades
) -> tuple[Section, ...]:
    """Returns a section for each question, and for each graded cell that is in the gradebook only."""
    by_name = {name: cell for cell in cells if (name := grade_id_of(cell))}
    checks = {check.grade_id: check for check in result.checks} if result else {}
    known = {name for question in questions for name in question.graded}
    others = [Question("", readable(name), (name,), (), 0.0) for name in grades.cells if name not in known]
    return tuple(_section(question, by_name, checks, grades) for question in (*questions, *others))


def _section(
    question: Question, cells: Mapping[str, Json], checks: Mapping[str, CheckResult], grades: NotebookGrades
) -> Section:
    parts = tuple(_part(name, cells, checks.get(name), grades) for name in question.graded)
    written = {part.name for part in parts if part.is_written}
    answers = [name for name in question.answers if name in cells and name not in written]
    comments = {name: grades.comments[name] for name in answers if name in grades.comments}
    return Section(question, parts, tuple(cells[name] for name in answers), comments)


def _part(name: str, cells: Mapping[str, Json], check: CheckResult | None, grades: NotebookGrades) -> Part:
    cell = cells.get(name, {"cell_type": "markdown", "source": "", "metadata": {}})
    default = CellGrade(check.points if check else 0.0, check.score if check else None, None, 0.0, flagged=False)
    grade = grades.cells.get(name, default)
    return Part(name, cell, _points(check, grade), check, grade, grades.comments.get(name, ""))


def _points(check: CheckResult | None, grade: CellGrade) -> Points:
    """Returns the points of a cell; those of hidden tests that were not run are pending until a person decides."""
    if grade.score is None:
        return Points(0.0, grade.points, grade.points)
    pending = 0.0
    if check is not None and grade.by_hand is None:
        weight = sum(verdict.weight for verdict in check.verdicts)
        open_weight = sum(verdict.weight for verdict in check.verdicts if not verdict.was_run)
        pending = grade.points * open_weight / weight if weight else 0.0
    return Points(grade.score, grade.points, pending)


def _is_check(cell: Json) -> bool:
    fields = nbgrader_of(cell)
    return bool(fields.get("grade") and not fields.get("solution"))
