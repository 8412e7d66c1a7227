"""Spot checks: some checks of submissions that differ from the solution in a few answers, by the hundred.

A submission costs a sandbox and all its cells. Here the solution is run once, and in a copy of its process the changed
answers are run again: what a person does who edits a cell and runs it. The checks ask copies of that copy.

Names that the old answer defined and the new one does not are still there, so what follows from a *passed* test is
little: who needs to be sure asks for the ``whole`` notebook.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.authoring.sample_class import answered, release_of
from autograder.course.assignment import Assignment
from autograder.course.devices import CPU
from autograder.course.layout import Course
from autograder.errors import AssignmentError
from autograder.grading import intake
from autograder.grading.grader import Grader, NotebookRun
from autograder.grading.pool import Died, Job, Pool
from autograder.grading.setup import GradingOptions, open_graders
from autograder.notebooks.ipynb import Json
from autograder.sandbox.host.zygote import Peer


@dataclass(frozen=True, eq=False)
class Spot:
    """Answers that are not the solution's, and the checks to ask, in this order.

    ``until_broken`` stops at the first test that does not hold; ``seconds`` shortens the limits of cells and calls.
    """

    name: str
    answers: dict[str, str]
    checks: tuple[str, ...]
    until_broken: bool = False
    seconds: float | None = None
    whole: bool = False


def broken_tests(
    course: Course, assignment: Assignment, spots: Sequence[Spot], pool: Pool
) -> dict[str, frozenset[str]]:
    """The tests that did not pass, by the spots' names; neither slow tests nor those for a GPU are asked."""
    found: dict[str, frozenset[str]] = {}
    job = Job("autograder.authoring.incremental:open_worker", (str(course.root), assignment))
    for spot, broken in pool.map(job, spots):
        if isinstance(broken, Died):
            raise AssignmentError(f"the worker that graded {spot.name!r} died; try again")
        found[spot.name] = broken
    return found


@contextmanager
def open_worker(root: str, assignment: Assignment) -> Iterator[Callable[[Spot], frozenset[str]]]:
    """What a worker process opens: the graders, and the solution in a sandbox."""
    course = Course(Path(root))
    release = release_of(course, assignment.name)
    # On the CPU: the solution stays open, and would keep everybody else from the GPU.
    with open_graders(course, assignment.name, GradingOptions(quick=True, device=CPU), assignment) as graders:
        grader = graders[assignment.name]
        with grader.run(_submission(grader, release, assignment.answers)) as solution:
            solution.deadline = math.inf

            def ask(spot: Spot) -> frozenset[str]:
                if not spot.whole:
                    with closing(_Edited(solution, spot)) as edited:
                        return _broken(grader, edited, spot)
                with grader.run(_submission(grader, release, assignment.answers | spot.answers), spot.seconds) as run:
                    return _broken(grader, run, spot)

            yield ask


def _submission(grader: Grader, release: Json, answers: dict[str, str]) -> intake.Submission:
    return intake.merge(answered(release, answers)["cells"], grader.template)


class _Edited:
    """A notebook that was run, with other answers in it, which were run afterwards."""

    def __init__(self, run: NotebookRun, spot: Spot) -> None:
        self._run, self._spot = run, spot
        self._copy: Peer | None = None
        self.deadline, self.line, self.why_undefined = run.deadline, run.line, run.why_undefined
        self.limits = run.limits
        if spot.seconds is not None:
            self.limits = replace(run.limits, cell_seconds=spot.seconds, call_seconds=spot.seconds)

    def fork(self, threads: int) -> Peer:
        """A copy in which the changed answers were run; raises Gone when one of them ends it."""
        if self._copy is None or self._copy.gone:
            self._copy = self._run.fork()
            for number, cell in enumerate(self._run.cells, 1):
                if cell.grade_id in self._spot.answers:
                    source = self._spot.answers[cell.grade_id]
                    self._copy.run_cell(source, number=number, seconds=self.limits.cell_seconds)
        return self._copy.fork(threads)

    def close(self) -> None:
        """Ends the copy."""
        if self._copy is not None:
            self._copy.close()


def _broken(grader: Grader, run: NotebookRun | _Edited, spot: Spot) -> frozenset[str]:
    broken: set[str] = set()
    for check in spot.checks:
        verdicts = grader.verdicts(check, run, until_failure=spot.until_broken)
        asked = {verdict.test for verdict in verdicts if verdict.status != "passed"}
        broken |= asked - (grader.suite.slow_tests() if grader.suite else frozenset())
        if broken and spot.until_broken:
            break
    return frozenset(broken)
