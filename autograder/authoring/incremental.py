"""Incremental grading: grades hundreds of edited solutions without running the whole notebook for each.

The solution is run once in a sandbox. For each edited solution its process is forked and only the edited answers are
run again in the fork, like editing and running a single cell in Jupyter. Each check is then graded in a fork of that
fork.

Names that the old answer defined and the new one does not are still defined, so a test may pass that would fail in a
fresh run. To be sure, grade the ``whole`` notebook.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace

from autograder.authoring.sample_class import fill_in_answers, read_release
from autograder.course.assignment import Assignment
from autograder.course.devices import CPU
from autograder.course.layout import CourseAssignment
from autograder.errors import AssignmentError
from autograder.grading.batch import Progress
from autograder.grading.grader import Grader
from autograder.grading.notebook_run import NotebookRun, RunningNotebook
from autograder.grading.options import GradingOptions
from autograder.grading.pool import Died, Job, Pool
from autograder.grading.setup import open_graders
from autograder.notebooks import intake
from autograder.notebooks.ipynb import Json
from autograder.results.model import Status
from autograder.sandbox.host.peer import Peer


@dataclass(frozen=True, eq=False)
class EditedSolution:
    """The solution with some answers replaced, and the checks to grade, in order.

    With ``until_failure``, grading stops at the first test that fails. ``seconds`` overrides the time limits of cells
    and calls. With ``whole``, the whole notebook is run instead of only the edited answers.
    """

    name: str
    answers: dict[str, str]
    checks: tuple[str, ...]
    until_failure: bool = False
    seconds: float | None = None
    whole: bool = False


def grade_incrementally(
    course_assignment: CourseAssignment,
    assignment: Assignment,
    edited: Sequence[EditedSolution],
    pool: Pool,
    *,
    progress: Progress = lambda student, total: None,
) -> dict[str, frozenset[str]]:
    """Grades edited solutions and returns the failed tests of each by its name; slow and GPU tests are skipped.

    Raises AssignmentError when a worker process dies.
    """
    failed: dict[str, frozenset[str]] = {}
    opener = "autograder.authoring.incremental:open_worker"
    seconds = course_assignment.settings.limits.grading_seconds
    job = Job(opener, (course_assignment, assignment.answers), item_seconds=seconds)
    for solution, tests in pool.map(job, edited):
        if isinstance(tests, Died):
            raise AssignmentError(f"{solution.name!r} was not graded: {tests}; try again")
        failed[solution.name] = tests
        progress(solution.name, len(edited))
    return failed


@contextmanager
def open_worker(
    assignment: CourseAssignment, reference: dict[str, str]
) -> Iterator[Callable[[EditedSolution], frozenset[str]]]:
    """Runs the solution (the ``reference`` answers) in a worker process; yields a function that grades edited ones."""
    release = read_release(assignment)
    # On the CPU, because the sandbox of the solution stays open and would block the GPU for all other graders.
    with open_graders(assignment, GradingOptions(quick=True, device=CPU)) as graders:
        grader = graders[assignment.name]
        with grader.run(_submission(grader, release, reference)) as solution:
            solution.deadline = math.inf

            def failed_tests(edited: EditedSolution) -> frozenset[str]:
                if not edited.whole:
                    with closing(_EditedRun(solution, edited)) as run:
                        return _failed_tests(grader, run, edited)
                submission = _submission(grader, release, reference | edited.answers)
                with grader.run(submission, edited.seconds) as whole:
                    return _failed_tests(grader, whole, edited)

            yield failed_tests


def _submission(grader: Grader, release: Json, answers: dict[str, str]) -> intake.Submission:
    return intake.merge(fill_in_answers(release, answers)["cells"], grader.template)


class _EditedRun:
    """A fork of a notebook run, in which the edited answers are run again."""

    def __init__(self, run: NotebookRun, edited: EditedSolution) -> None:
        self._run, self._edited = run, edited
        self._fork: Peer | None = None
        self.deadline, self.line, self.why_undefined = run.deadline, run.line, run.why_undefined
        self.limits = run.limits
        if edited.seconds is not None:
            self.limits = replace(run.limits, cell_seconds=edited.seconds, call_seconds=edited.seconds)

    def fork(self, threads: int) -> Peer:
        """Returns a fork in which the edited answers have been run; raises Gone when one of them kills the process."""
        if self._fork is None or self._fork.gone:
            self.close()
            self._fork = self._run.fork()
            for number, cell in enumerate(self._run.cells, 1):
                if cell.grade_id in self._edited.answers:
                    source = self._edited.answers[cell.grade_id]
                    self._fork.run_cell(source, number=number, seconds=self.limits.cell_seconds)
        return self._fork.fork(threads)

    def close(self) -> None:
        """Ends the forked process."""
        if self._fork is not None:
            self._fork.close()


def _failed_tests(grader: Grader, run: RunningNotebook, edited: EditedSolution) -> frozenset[str]:
    failed: set[str] = set()
    for check in edited.checks:
        verdicts = grader.verdicts(check, run, until_failure=edited.until_failure)
        failed |= {verdict.test for verdict in verdicts if verdict.status in (Status.FAILED, Status.ERROR)}
        if failed and edited.until_failure:
            break
    return frozenset(failed)
