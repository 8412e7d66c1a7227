"""Grades one submission of a notebook: runs its cells in a sandbox, then runs the hidden tests of each check.

The hidden tests run here, in the trusted process, and call functions in a copy of the student's process, one per check.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from autograder.classic.scoring import classic_check
from autograder.course.devices import CPU, reserve_gpu
from autograder.course.settings import Limits
from autograder.grading.files import Files
from autograder.grading.notebook_run import NotebookRun, RunningNotebook
from autograder.notebooks.intake import Cell, Submission, Template
from autograder.results.disclosure import within_budget
from autograder.results.model import CheckResult, NotebookResult, Status, Verdict
from autograder.sandbox.host.zygote import Zygote
from autograder.testing.process import StudentProcess
from autograder.testing.suite import Suite


class Grader:
    """Grades submissions of one notebook, one after the other, with a warm zygote and a collected suite.

    ``suite`` is None for a classic assignment, whose checks are scored by their outputs. ``files`` are put beside the
    notebook while it runs. ``seed`` determines the random inputs of hidden tests.
    """

    def __init__(
        self,
        template: Template,
        zygote: Zygote,
        suite: Suite | None,
        *,
        limits: Limits,
        files: Files,
        seed: int = 0,
        device: str = CPU,
    ) -> None:
        self.template, self.zygote, self.suite = template, zygote, suite
        self.limits, self.files, self.seed, self.device = limits, files, seed, device

    def grade(self, submission: Submission) -> NotebookResult:
        """Grades a submission; the result of one that could not be read has no points and says why."""
        start = time.monotonic()
        if submission.problem:
            checks = tuple(CheckResult(cell.grade_id, cell.points, 0.0) for cell in self.template.checks)
            return NotebookResult(
                checks,
                notes=submission.notes,
                problem=submission.problem,
                isolation=self.zygote.tier,
                written=submission.written,
            )
        with self.run(submission) as run:
            checks = within_budget(self._check(cell, run) for cell in self.template.checks)
        return NotebookResult(
            checks,
            run.outputs,
            notes=(*submission.notes, *run.notes, *self._gpu_note(), *self._quick_note()),
            # The limits of a classic notebook are no part of its questions, so a person decides what they cost.
            flags=tuple(run.notes) if self.suite is None else (),
            isolation=self.zygote.tier,
            seconds=round(time.monotonic() - start, 4),
            cell_seconds=run.cell_seconds,
            untouched=submission.untouched,
            written=submission.written,
        )

    @contextmanager
    def run(self, submission: Submission, seconds: float | None = None) -> Iterator[NotebookRun]:
        """Runs the notebook in a sandbox and yields it; ``seconds`` overrides the time limits for cells and calls."""
        limits = self.limits
        if seconds is not None:
            limits = replace(limits, cell_seconds=seconds, call_seconds=seconds)
        with reserve_gpu(self.device) as gpus:
            run = NotebookRun(self.zygote, submission, limits, self.files.beside(submission.files), gpus)
            try:
                run.start()
                yield run
            finally:
                run.close()
                if gpus:
                    self.zygote.wait_for_retired()  # only a process that has ended has released its GPU memory

    def verdicts(self, check: str, run: RunningNotebook, *, until_failure: bool = False) -> tuple[Verdict, ...]:
        """Runs the hidden tests of a check on a notebook that has run, and returns their verdicts."""
        assert self.suite is not None
        threads = run.limits.threads if self.suite.is_slow(check) else 1
        process = StudentProcess(
            lambda: run.fork(threads),
            seconds=run.limits.call_seconds,
            locate=run.line,
            deadline=run.deadline,
            why_undefined=run.why_undefined,
        )
        try:
            return tuple(self.suite.run(check, process, seed=self.seed, until_failure=until_failure))
        finally:
            process.close()

    def _check(self, cell: Cell, run: NotebookRun) -> CheckResult:
        if self.suite is None:
            return classic_check(cell, run.outputs.get(cell.id, []))
        if cell.grade_id not in self.suite.tests:
            return _without_tests(cell)
        verdicts = self.verdicts(cell.grade_id, run)
        return CheckResult.of(cell.grade_id, cell.points, verdicts, self.suite.graded_with(cell.grade_id))

    def _quick_note(self) -> tuple[str, ...]:
        skipped = self.suite is not None and self.suite.quick and self.suite.slow_tests()
        return ("graded quickly: the slow tests were skipped, so this score is not final",) if skipped else ()

    def _gpu_note(self) -> tuple[str, ...]:
        missing = self.suite.without_gpu if self.suite else 0
        if missing == 1:
            return ("graded on the CPU: 1 hidden test needs a GPU; its points went to its CPU twin",)
        note = f"graded on the CPU: {missing} hidden tests need a GPU; their points went to their CPU twins"
        return (note,) if missing else ()


def _without_tests(cell: Cell) -> CheckResult:
    """Returns an error for a check without hidden tests; its visible asserts can be forged, so they score nothing."""
    detail = f"hidden_tests/{cell.grade_id}.py has no test; run `autograder prove`"
    verdict = Verdict(cell.grade_id, "This question has a hidden test.", 1.0, Status.ERROR, detail=detail)
    return CheckResult.of(cell.grade_id, cell.points, (verdict,))
