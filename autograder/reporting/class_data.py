"""Gathers what reports show about a class: results, the gradebook, the release's questions and students' answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from autograder.course.layout import CourseAssignment
from autograder.course.questions import Question, questions_of, readable
from autograder.errors import CourseError, NotebookError
from autograder.grading.templates import load_template
from autograder.nbgrader_bridge import class_grades
from autograder.nbgrader_bridge.class_grades import CellGrade, StudentGrades
from autograder.notebooks import intake
from autograder.notebooks import ipynb as nb
from autograder.results import store
from autograder.results.model import CheckResult, SubmissionResult, who_grades


@dataclass(frozen=True)
class Mark:
    """What a student has earned in one question."""

    earned: float = 0.0
    graded: float = 0.0
    """The points of the cells that are graded so far; a check none of whose hidden tests was run is not."""
    pending: bool = False
    """Whether a person has still to grade a part of it."""
    incomplete: bool = False
    """Whether a hidden test was not run, so that the points may rise."""
    blank: bool = False
    """Whether the student left every answer as it was released."""

    @property
    def share(self) -> float | None:
        """The earned share of the points that are graded; None where none are."""
        return self.earned / self.graded if self.graded else None


@dataclass(frozen=True)
class Row:
    """One student of the class."""

    result: SubmissionResult
    marks: tuple[Mark, ...]
    """By question, in the order of :attr:`ClassData.questions`."""
    waiting: int = 0
    """The number of answers that wait for manual grading."""
    penalty: float = 0.0
    answers: Mapping[str, str] = field(default_factory=dict)
    """The student's code by grade id, without answers left as released; empty unless asked for."""

    @property
    def student(self) -> str:
        """The student's id."""
        return self.result.student

    @property
    def earned(self) -> float:
        """The points earned so far, before a late penalty."""
        return sum(mark.earned for mark in self.marks)

    @property
    def graded(self) -> float:
        """The points of everything that is graded so far."""
        return sum(mark.graded for mark in self.marks)

    @property
    def percent(self) -> float | None:
        """The percentage earned of what is graded so far; None where nothing is."""
        return 100 * self.earned / self.graded if self.graded else None

    @property
    def total(self) -> float:
        """The points in the gradebook: what is earned, less the late penalty."""
        return max(0.0, self.earned - self.penalty)

    @property
    def pending(self) -> bool:
        """Whether a part of any question waits for manual grading."""
        return self.waiting > 0 or any(mark.pending for mark in self.marks)

    @property
    def remarks(self) -> tuple[str, ...]:
        """Why a person should look at the submission, and whether nothing was written."""
        reasons = [self.result.why_needs_person()] if self.result.needs_person else []
        return (*reasons, *(["identical to the release"] if self.result.untouched else []))


@dataclass(frozen=True)
class ClassData:
    """An assignment and everybody who has been graded."""

    assignment: CourseAssignment
    questions: tuple[Question, ...]
    rows: tuple[Row, ...]
    stubs: Mapping[str, str] = field(default_factory=dict)
    """The released source of each cell in which students write; empty unless answers were asked for."""

    @property
    def points(self) -> float:
        """The points of all questions."""
        return sum(question.points for question in self.questions)

    @property
    def who_grades(self) -> str:
        """How the points are divided: "96 graded by tests, 4 by hand"; empty where tests grade everything."""
        return who_grades(self.points, sum(question.by_hand for question in self.questions))

    @property
    def waiting(self) -> int:
        """How many answers of the class wait for manual grading."""
        return sum(row.waiting for row in self.rows)


def with_results(assignments: Sequence[CourseAssignment]) -> list[CourseAssignment]:
    """Returns the assignments of which a submission has been graded; raises CourseError when there are none."""
    graded = [assignment for assignment in assignments if any(assignment.reports.glob("*.json"))]
    if not graded:
        raise _nothing_graded(assignments)
    return graded


def _nothing_graded(assignments: Sequence[CourseAssignment]) -> CourseError:
    if len(assignments) != 1:
        return CourseError("no submission has been graded; run `autograder grade NAME` first")
    name = assignments[0].name
    return CourseError(f"no submission of {name!r} has been graded; run `autograder grade {name}` first")


def gather(assignment: CourseAssignment, *, answers: bool = False) -> ClassData:
    """Reads everything about a class; ``answers`` also reads what the students wrote, which takes longer.

    Raises CourseError when no submission has been graded.
    """
    results = store.read_all(assignment)
    if not results:
        raise _nothing_graded([assignment])
    questions = _questions(assignment, results)
    grades = class_grades.read(assignment)
    templates = _templates(assignment) if answers else {}
    rows = [
        _row(result, questions, grades.get(result.student), _answers(assignment, result.student, templates))
        for result in results
    ]
    stubs = {cell.grade_id: cell.stub for template in templates.values() for cell in template.cells if cell.is_answer}
    return ClassData(assignment, questions, tuple(rows), stubs)


def _questions(assignment: CourseAssignment, results: list[SubmissionResult]) -> tuple[Question, ...]:
    """Returns the questions of the release; checks that it does not have become questions of their own."""
    questions = [question for cells in _released(assignment) for question in questions_of(cells)]
    known = {cell for question in questions for cell in question.graded}
    graded = {check.grade_id: check for result in results for check in result.checks}
    others = [check for name, check in graded.items() if name not in known]
    return (
        *questions,
        *(Question("", readable(check.grade_id), (check.grade_id,), (), check.points) for check in others),
    )


def _released(assignment: CourseAssignment) -> Iterator[list[nb.Json]]:
    for path in sorted(assignment.release.glob("*.ipynb")):
        try:
            yield nb.parse(path.read_bytes())["cells"]
        except (OSError, NotebookError) as error:
            raise CourseError(f"{path} cannot be read ({error}); run `autograder build {assignment.name}`") from None


def _row(
    result: SubmissionResult,
    questions: tuple[Question, ...],
    grades: StudentGrades | None,
    answers: Mapping[str, str] | None,
) -> Row:
    grades = grades or StudentGrades({})
    checks = {check.grade_id: check for check in result.checks}
    marks = tuple(_mark(question, checks, grades, answers) for question in questions)
    return Row(result, marks, grades.waiting, grades.penalty, answers or {})


def _mark(
    question: Question,
    checks: Mapping[str, CheckResult],
    grades: StudentGrades,
    answers: Mapping[str, str] | None,
) -> Mark:
    """Adds up the cells of a question; the gradebook, where people correct scores, comes before the stored result."""
    earned = graded = 0.0
    pending = incomplete = False
    for name in question.graded:
        check = checks.get(name)
        ran = [verdict.was_run for verdict in check.verdicts] if check else []
        grade = grades.cells.get(name) or CellGrade(check.score if check else None, waits=check is None)
        pending = pending or grade.waits
        incomplete = incomplete or not all(ran)
        if grade.score is not None:
            earned += grade.score
            if not ran or any(ran):
                graded += check.points if check else grade.points
    blank = answers is not None and bool(question.answers) and not answers.keys() & set(question.answers)
    return Mark(earned, graded, pending, incomplete, blank)


def _templates(assignment: CourseAssignment) -> dict[str, intake.Template]:
    return {name: load_template(assignment, name) for name in assignment.notebook_names()}


def _answers(
    assignment: CourseAssignment, student: str, templates: Mapping[str, intake.Template]
) -> dict[str, str] | None:
    """Reads what a student wrote; None where a notebook cannot be read, because that is not a blank answer."""
    written: dict[str, str] = {}
    for name, template in templates.items():
        submission = intake.read(assignment.submitted(student) / f"{name}.ipynb", template)
        if submission.problem:
            return None
        written |= {cell.grade_id: cell.source for cell in submission.cells if cell.is_answer and not cell.is_blank}
    return written if templates else None
