"""Preprocessors for nbgrader that grade in the sandbox, for ``nbgrader autograde`` and formgrader's button.

nbgrader imports these by the names that :mod:`autograder.nbgrader_bridge.configuration` sets, and calls
``preprocess`` once per notebook: ``Intake`` when it copies submitted/ to autograded/, ``Grade`` where it would have
run the notebook in a kernel, and ``SafeFeedback`` whenever an HTMLExporter shows a student's notebook.
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
from autograder.course.layout import Course, CourseAssignment
from autograder.course.submitted.roster import require_name
from autograder.course.submitted.times import NOTES, read_note
from autograder.grading.grader import Grader
from autograder.grading.options import GradingOptions, digest
from autograder.grading.setup import open_graders
from autograder.grading.templates import load_template
from autograder.nbgrader_bridge.formgrader import pages, submission_page
from autograder.nbgrader_bridge.gradebook import Book, read_times_strictly
from autograder.notebooks import intake, sanitize
from autograder.results import graded_notebook, store
from autograder.results.model import NotebookResult

read_times_strictly()

Resources = dict[str, Any]


class Intake(NbGraderPreprocessor):
    """Rebuilds a submission from the release and the student's answers, in place of nbgrader's OverwriteCells."""

    def preprocess(self, nb: Any, resources: Resources) -> tuple[Any, Resources]:
        """Returns the notebook, read from the submitted file, with its locked cells restored and without outputs."""
        names = resources["nbgrader"]
        require_name(names["student"])
        assignment = Course.find(Path.cwd()).assignment(names["assignment"])
        template = load_template(assignment, names["notebook"])
        _remove_foreign_files(assignment, names["student"])
        submission = intake.read(assignment.submitted(names["student"]) / f"{names['notebook']}.ipynb", template)
        return from_dict(graded_notebook.build(submission, NotebookResult(()))), resources


def _remove_foreign_files(assignment: CourseAssignment, student: str) -> None:
    """Removes the files that a student submitted beside the notebook.

    nbgrader copies them, following links, and generate_feedback publishes every file in the folder.
    """
    folder = assignment.autograded(student)
    expected = {path.relative_to(assignment.source) for path in assignment.supporting_files()}
    expected |= {Path(f"{notebook}.ipynb") for notebook in assignment.notebook_names()}
    expected |= {Path(name) for name in NOTES if read_note(assignment.submitted(student) / name) is not None}
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_symlink() or (not path.is_dir() and path.relative_to(folder) not in expected):
            path.unlink()
        elif path.is_dir() and not any(path.iterdir()):
            path.rmdir()


class Grade(NbGraderPreprocessor):
    """Grades the submitted file in the sandbox and saves the scores, in place of Execute and SaveAutoGrades."""

    unsafe_no_sandbox = Bool(False, help="Grade without isolation; every result says so.").tag(config=True)
    quick = Bool(False, help="Skip slow hidden tests; that flags the submission for manual grading.").tag(config=True)
    device = Enum(("", *CHOICES), "", help="The device to grade on, instead of the assignment's.").tag(config=True)

    def preprocess(self, nb: Any, resources: Resources) -> tuple[Any, Resources]:
        """Grades the submitted file, not nbgrader's copy ``nb``, and returns the graded notebook."""
        names = resources["nbgrader"]
        assignment = Course.find(Path.cwd()).assignment(names["assignment"])
        student, notebook = names["student"], names["notebook"]
        options = GradingOptions(unsafe=self.unsafe_no_sandbox, quick=self.quick, device=self.device)
        grader = _graders.get(assignment, notebook, options)
        submission = intake.read(assignment.submitted(student) / f"{notebook}.ipynb", grader.template)
        result = grader.grade(submission)
        with Book(assignment.course) as book:
            book.save_notebook(assignment.name, student, notebook, submission, result)
        store.write_notebook(assignment, student, notebook, result)
        return from_dict(graded_notebook.build(submission, result)), resources


class SafeFeedback(NbGraderPreprocessor):
    """Reduces a student's notebook to what is safe to show: text and PNG outputs, no HTML tags in markdown."""

    # nbconvert sets this for every preprocessor of a page, but nbgrader's base class does not make it configurable.
    display_data_priority: Any = List().tag(config=True)

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        pages.correct()
        submission_page.use_our_template(self.parent)

    def preprocess(self, nb: Any, resources: Resources) -> tuple[Any, Resources]:
        """Returns the sanitized notebook; feedback pages also lose the hidden tests of classic assignments."""
        is_feedback = "nbgrader" in resources  # formgrader's pages, which instructors read, lack this entry
        if not is_feedback and "assignment_id" in resources:
            folder, names = Path(resources["metadata"]["path"]), (resources["assignment_id"], resources["notebook_id"])
            resources["model_answers"] = submission_page.model_answers(folder, *names)
        return from_dict(sanitize.sanitize_notebook(nb, for_student=is_feedback)), resources


class _OpenGraders:
    """Keeps the graders of the last assignment open, so that a class is graded by one warm zygote."""

    def __init__(self) -> None:
        self._key: tuple[Any, ...] = ()
        self._open = ExitStack()
        self._graders: dict[str, Grader] = {}
        atexit.register(self._open.close)

    def get(self, assignment: CourseAssignment, notebook: str, options: GradingOptions) -> Grader:
        """Returns the grader of a notebook, and opens new ones when anything about the assignment has changed."""
        key = (assignment, options, digest(assignment))
        if key != self._key:
            self._key = ()  # opening them may fail
            self._open.close()
            self._graders = self._open.enter_context(open_graders(assignment, options))
            self._key = key
        return self._graders[notebook]


_graders = _OpenGraders()
