"""Written answers of a demo class, derived from the model answers: complete, a part, a sentence, copied or blank.

Some are graded by hand, as a person would in formgrader; the others wait for the reader to try it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
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


_COMPLETE = ManualGrade(1.0, "Complete.")
_INCOMPLETE = {
    "solution": _COMPLETE,
    MISTAKEN: ManualGrade(0.5, "Right as far as it goes. The last part is missing: answer all of the question."),
    HALF_DONE: ManualGrade(0.25, "This is a result, not an explanation. Say how you know."),
}
"""What is said of answers that are not the whole model answer, to the students who are graded by hand."""


def write_answers(samples: Sequence[SampleSubmission], assignment: Assignment) -> list[SampleSubmission]:
    """Returns the samples with written answers; a file that cannot be read stays as it is."""
    sources = {str(grade_id(cell)): cell.source for cell in assignment.cells if role(cell) == "written"}
    models = _model_answers(assignment)
    wrong = [sample.student for sample in samples if sample.kind is SampleKind.WRONG]
    written = []
    for sample in samples:
        place = wrong.index(sample.student) if sample.student in wrong else 0
        versions = {name: _version(sample, model, place) for name, model in models.items()}
        answers = {name: _filled(sources[name], text) for name, text in versions.items() if text}
        try:
            written.append(with_answers(sample, answers))
        except NotebookError:
            written.append(sample)
    return written


def _filled(source: str, text: str) -> str:
    """Returns the source of a cell with another text in place of the model answer."""
    before, _, after = _SOLUTION.split(source, maxsplit=1)
    return f"{before}{text}{after}"


def _model_answers(assignment: Assignment) -> dict[str, str]:
    """Returns the model answer of each written answer, by grade id; those without one are left out."""
    cells = ((str(grade_id(cell)), cell) for cell in assignment.cells if role(cell) == "written")
    found = ((name, _SOLUTION.search(cell.source)) for name, cell in cells)
    return {name: solution[1].strip() for name, solution in found if solution}


def _version(sample: SampleSubmission, model: str, place: int = 0) -> str:
    """Returns what a student makes of the model answer; empty for nothing. ``place`` is that among the wrong answers.

    Many students hand in all of it, so that it is common and nobody seems to have copied it from somebody.
    """
    if sample.kind is SampleKind.UNTOUCHED:
        return ""
    items = [item.strip() for item in _ITEM.split(model) if item.strip()]
    sentences = [_SENTENCE.split(item, maxsplit=1)[0] for item in items]
    if sample.student in (MISTAKEN, COPIED):
        return "\n".join(items[:-1] or sentences)
    if sample.student == HALF_DONE:
        return sentences[0]
    return (model, sentences[place % len(items)], "")[place % 3]


def grade_by_hand(
    course_assignment: CourseAssignment, assignment: Assignment, samples: Iterable[SampleSubmission]
) -> None:
    """Gives the written answers of some students points and a comment in the gradebook."""
    models = _model_answers(assignment)
    with Book(course_assignment.course) as book:
        for sample in samples:
            for answer in assignment.written_answers if sample.student in _INCOMPLETE else ():
                model = models.get(answer.grade_id, "")
                grade = _COMPLETE if _version(sample, model) == model else _INCOMPLETE[sample.student]
                points, comment = round(2 * answer.points * grade.share) / 2, grade.comment
                book.grade_by_hand(assignment.name, sample.student, answer.grade_id, points=points, comment=comment)
