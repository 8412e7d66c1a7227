"""Written answers of a demo class, derived from the model answers: complete, a part, a sentence, copied or blank.

Some are graded by hand, as a person would in formgrader; the others wait for the reader to try it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from autograder.authoring.demo.students import COPIED, HALF_DONE, MISTAKEN, with_answers
from autograder.authoring.sample_class import SampleKind, SampleSubmission
from autograder.course.assignment import Assignment
from autograder.course.layout import CourseAssignment
from autograder.errors import NotebookError
from autograder.nbgrader_bridge.gradebook import Book
from autograder.notebooks.roles import grade_id, role

_SOLUTION = re.compile(r"### BEGIN SOLUTION\n(.*?)\n### END SOLUTION", re.DOTALL)
_ITEM = re.compile(r"^(?=\d+\. )", re.MULTILINE)
_SENTENCE = re.compile(r"(?<=[^\d]\.)\s+(?=[A-Z$])")


@dataclass(frozen=True)
class ManualGrade:
    """What a person says of a written answer."""

    share: float
    """The part of the points that it earns."""
    comment: str


_GRADES = {
    "solution": ManualGrade(1.0, "Complete, and every number is justified."),
    MISTAKEN: ManualGrade(0.5, "Right as far as it goes. The last part is missing: answer all of the question."),
    HALF_DONE: ManualGrade(0.25, "This is a result, not an explanation. Say how you know."),
}


def write_answers(samples: Sequence[SampleSubmission], assignment: Assignment) -> list[SampleSubmission]:
    """Returns the samples with written answers; a file that cannot be read stays as it is."""
    cells = {str(grade_id(cell)): cell.source for cell in assignment.cells if role(cell) == "written"}
    wrong = [sample.student for sample in samples if sample.kind is SampleKind.WRONG]
    return [_write(sample, cells, wrong) for sample in samples]


def _write(sample: SampleSubmission, cells: Mapping[str, str], wrong: Sequence[str]) -> SampleSubmission:
    place = wrong.index(sample.student) if sample.student in wrong else 0
    answers = {}
    for name, source in cells.items():
        model = _SOLUTION.search(source)
        text = _version(sample, model[1], place) if model else ""
        if model and text:
            answers[name] = source.replace(model[0], text)
    try:
        return with_answers(sample, answers)
    except NotebookError:
        return sample


def _version(sample: SampleSubmission, model: str, place: int) -> str:
    """Returns what a student makes of the model answer; empty for nothing. ``place`` is that among the wrong answers.

    Many students hand in all of it, so that it is common and nobody seems to have copied it from somebody.
    """
    if sample.kind is SampleKind.UNTOUCHED:
        return ""
    items = [item.strip() for item in _ITEM.split(model) if item.strip()]
    sentence = _SENTENCE.split(items[place % len(items)], maxsplit=1)[0]
    if sample.student in (MISTAKEN, COPIED):
        return "\n".join(items[:-1] or [sentence])
    if sample.student == HALF_DONE:
        return sentence
    return (model, sentence, "")[place % 3]


def grade_by_hand(course_assignment: CourseAssignment, assignment: Assignment, students: Iterable[str]) -> int:
    """Grades the written answers of some students, with points and a comment; returns how many."""
    count = 0
    with Book(course_assignment.course) as book:
        for student in sorted(_GRADES.keys() & set(students)):
            grade = _GRADES[student]
            for answer in assignment.written_answers:
                points = round(2 * answer.points * grade.share) / 2
                book.grade_by_hand(assignment.name, student, answer.grade_id, points=points, comment=grade.comment)
                count += 1
    return count
