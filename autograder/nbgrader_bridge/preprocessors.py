"""Our door in nbgrader: ``nbgrader autograde`` and formgrader's button grade in the sandbox.

nbgrader imports these by name from nbgrader_config.py and calls ``preprocess`` once per notebook: ``Intake``
when it copies submitted/ to autograded/, ``Grade`` where it would have run the notebook in a kernel, and
``SafeFeedback`` whenever an HTMLExporter shows a student's notebook.
"""

from __future__ import annotations

import atexit
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from nbformat import from_dict
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Bool, Enum, List

from autograder.course.devices import CHOICES
from autograder.course.layout import Course
from autograder.grading import graded_notebook, intake
from autograder.grading.grader import Grader, Record
from autograder.grading.setup import GradingOptions, digest, handed_out, open_graders, templates
from autograder.nbgrader_bridge.gradebook import Book
from autograder.notebooks import sanitize as safe_notebook
from autograder.results import store as records

Resources = dict[str, Any]


class Intake(NbGraderPreprocessor):
    """Rebuilds a submission from the release and the student's answers; replaces OverwriteCells."""

    def preprocess(self, nb: Any, resources: Resources) -> tuple[Any, Resources]:
        """The notebook with every locked cell as it was released, and without outputs."""
        names, course = resources["nbgrader"], Course.find(Path.cwd())
        template = templates(course, names["assignment"])[names["notebook"]]
        _remove_foreign_files(course, names["assignment"], names["student"])
        submission = intake.merge([dict(cell) for cell in nb.cells], template)
        return from_dict(graded_notebook.build(submission, Record((), {}))), resources


def _remove_foreign_files(course: Course, assignment: str, student: str) -> None:
    """Takes away what a student handed in beside the notebook.

    nbgrader copies it, following links, and generate_feedback publishes every file it finds.
    """
    folder = course.autograded / student / assignment
    ours = {path.relative_to(course.source / assignment) for path in handed_out(course, assignment)}
    ours |= {Path(f"{notebook}.ipynb") for notebook in course.notebook_names(assignment)}
    if not (course.submitted / student / assignment / "timestamp.txt").is_symlink():
        ours.add(Path("timestamp.txt"))
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_symlink() or (not path.is_dir() and path.relative_to(folder) not in ours):
            path.unlink()
        elif path.is_dir() and not any(path.iterdir()):
            path.rmdir()


class Grade(NbGraderPreprocessor):
    """Grades the submitted file in the sandbox and saves the scores; replaces Execute and SaveAutoGrades."""

    unsafe_no_sandbox = Bool(False, help="Grade without isolation; every record says so.").tag(config=True)
    quick = Bool(False, help="Leave out the slow hidden tests; they flag the submission for a person.").tag(config=True)
    device = Enum(("", *CHOICES), "", help="Where to grade, whatever the assignment says.").tag(config=True)

    def preprocess(self, nb: Any, resources: Resources) -> tuple[Any, Resources]:
        """The graded notebook; what it is made from is the submission itself, not what nbgrader copied."""
        names = resources["nbgrader"]
        assignment, student, notebook = (names[key] for key in ("assignment", "student", "notebook"))
        course = Course.find(Path.cwd())
        terms = GradingOptions(unsafe=self.unsafe_no_sandbox, quick=self.quick, device=self.device)
        grader = _desk.grader(course, assignment, notebook, terms)
        submission = intake.read(course.submitted / student / assignment / f"{notebook}.ipynb", grader.template)
        record = grader.grade(submission)
        with Book(course) as book:
            book.save_notebook(assignment, student, notebook, submission, record)
        records.write_notebook(course, assignment, student, notebook, record)
        return from_dict(graded_notebook.build(submission, record)), resources


class SafeFeedback(NbGraderPreprocessor):
    """Reduces a student's notebook to what is safe to show: text and PNG outputs, no HTML tags in markdown."""

    # nbconvert sets it for every preprocessor of a page, and nbgrader's base class says that it cannot be set.
    display_data_priority: Any = List().tag(config=True)

    def preprocess(self, nb: Any, resources: Resources) -> tuple[Any, Resources]:
        """The notebook as it may be shown; hidden tests of classic assignments are cut out of feedback."""
        is_feedback = "nbgrader" in resources  # formgrader's pages, which a person of the course reads, have none
        return from_dict(safe_notebook.safe(nb, for_student=is_feedback)), resources


class _Desk:
    """Keeps the graders of the last assignment open, so that a class is graded by one warm zygote."""

    def __init__(self) -> None:
        self._key: tuple[Any, ...] = ()
        self._open = ExitStack()
        self._graders: dict[str, Grader] = {}
        atexit.register(self._open.close)

    def grader(self, course: Course, assignment: str, notebook: str, terms: GradingOptions) -> Grader:
        """The grader of a notebook; anything that changed in the assignment opens it anew."""
        key = (course.root, assignment, terms, digest(course, assignment))
        if key != self._key:
            self._open.close()
            self._graders = self._open.enter_context(open_graders(course, assignment, terms))
            self._key = key
        return self._graders[notebook]


_desk = _Desk()
