"""One submission in, one record out; neither nbgrader nor a database.

The student's cells run in a sandbox; then every check's hidden suite runs here and asks copies of that process.
A cell that kills the process or cannot be stopped is left out, and the notebook is run again without it.
"""

from __future__ import annotations

import builtins
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from typing import Any, Protocol

from autograder.course.assignment import Limits
from autograder.course.devices import CPU, turn
from autograder.grading.intake import Cell, Submission, Template
from autograder.sandbox.host.zygote import CellResult, Gone, Output, Peer, Sandbox, Zygote
from autograder.testing.student import Student
from autograder.testing.suite import Suite, Verdict

MAX_REPLAYS = 4
MAX_QUOTED_LINES = 200


@dataclass(frozen=True)
class CheckResult:
    """What a graded cell earned and why; ``classic`` was scored by its outputs, as nbgrader scores."""

    grade_id: str
    points: float
    score: float
    verdicts: tuple[Verdict, ...] = ()
    classic: bool = False
    graded_with: str = ""
    """The data that this check was graded with, and the device, where an assignment has data."""

    @property
    def needs_person(self) -> bool:
        """Whether a test was not run, which must not cost points silently, or a test asked for a person."""
        return any(verdict.status == "not run" or verdict.flags for verdict in self.verdicts)


class Asked(Protocol):
    """What hidden tests need of a notebook that was run."""

    limits: Limits
    deadline: float

    def fork(self, threads: int) -> Peer:
        """A copy of its process, in which torch may use so many threads."""

    def line(self, number: int, line: int) -> str:
        """A line of a cell."""

    def why_undefined(self, name: str) -> str:
        """Why an answer is not there."""


ClassicCheck = Callable[[Cell, "list[Output]"], CheckResult]
"""nbgrader's own reading of a graded cell's outputs, for assignments without hidden suites."""


@dataclass(frozen=True)
class Record:
    """Everything grading found out about one notebook of one student."""

    checks: tuple[CheckResult, ...]
    outputs: Mapping[str, list[Output]]
    """The outputs of each cell that ran, by cell id."""
    notes: tuple[str, ...] = ()
    problem: str = ""
    isolation: str = ""
    seconds: float = 0.0

    @property
    def score(self) -> float:
        """The sum over the checks."""
        return round(sum(check.score for check in self.checks), 6)

    @property
    def needs_person(self) -> bool:
        """Whether something of ours did not run, or nothing of theirs could be read."""
        return bool(self.problem) or any(check.needs_person for check in self.checks)

    def to_json(self) -> dict[str, Any]:
        """The record without the outputs, which are in the graded notebook."""
        fields = asdict(self)
        del fields["outputs"]
        return fields | {"score": self.score, "needs_person": self.needs_person}


class Grader:
    """Grades submissions of one notebook, one after the other, with a warm zygote and a collected suite."""

    def __init__(
        self,
        template: Template,
        zygote: Zygote,
        suite: Suite | None,
        *,
        limits: Limits,
        files: Mapping[str, bytes],
        classic_check: ClassicCheck,
        seed: int = 0,
        device: str = CPU,
    ) -> None:
        self.template, self.zygote, self.suite = template, zygote, suite
        self.limits, self.files, self.seed, self.device = limits, files, seed, device
        self._classic_check = classic_check

    def grade(self, submission: Submission) -> Record:
        """The record of a submission; one that could not be read earns nothing and says why."""
        start = time.monotonic()
        if submission.problem:
            checks = tuple(CheckResult(cell.grade_id, cell.points, 0.0) for cell in self.template.checks)
            return Record(checks, {}, submission.notes, submission.problem, self.zygote.tier)
        with self.run(submission) as run:
            checks = tuple(self._check(cell, run) for cell in self.template.checks)
        notes = (*submission.notes, *run.notes, *self._about_the_gpu(), *self._about_quickness())
        seconds = round(time.monotonic() - start, 4)
        return Record(checks, run.outputs, notes, "", self.zygote.tier, seconds)

    def _about_quickness(self) -> tuple[str, ...]:
        left_out = self.suite is not None and self.suite.quick and self.suite.slow_tests()
        return (
            ("graded quickly: the tests that take long were left out, so this score is not final",) if left_out else ()
        )

    def _about_the_gpu(self) -> tuple[str, ...]:
        missing = self.suite.for_a_gpu if self.suite else 0
        if missing == 1:
            return ("graded on the CPU: 1 hidden test for a GPU was not asked; its points are with the CPU's twin",)
        said = f"graded on the CPU: {missing} hidden tests for a GPU were not asked; the CPU's twins have their points"
        return (said,) if missing else ()

    @contextmanager
    def run(self, submission: Submission, seconds: float | None = None) -> Iterator[NotebookRun]:
        """The notebook, run in a sandbox; cells and calls may take ``seconds`` instead of what the limits say."""
        limits = self.limits
        if seconds is not None:
            limits = replace(limits, cell_seconds=seconds, call_seconds=seconds)
        with turn(self.device) as gpus:
            run = NotebookRun(self.zygote, submission, limits, self.files, gpus)
            try:
                run.start()
                yield run
            finally:
                run.close()
                if gpus:
                    self.zygote.settle()  # a process that has ended has given back its GPU memory

    def verdicts(self, check: str, run: Asked, *, until_failure: bool = False) -> tuple[Verdict, ...]:
        """What the hidden suite of a check says about a notebook that was run."""
        assert self.suite is not None
        threads = run.limits.threads if self.suite.is_slow(check) else 1
        student = Student(
            lambda: run.fork(threads),
            seconds=run.limits.call_seconds,
            locate=run.line,
            deadline=run.deadline,
            why_undefined=run.why_undefined,
        )
        try:
            return tuple(self.suite.run(check, student, seed=self.seed, until_failure=until_failure))
        finally:
            student.close()

    def _check(self, cell: Cell, run: NotebookRun) -> CheckResult:
        if self.suite is None:
            return self._classic_check(cell, run.outputs.get(cell.id, []))
        if cell.grade_id not in self.suite.tests:
            return _unchecked(cell)
        verdicts = self.verdicts(cell.grade_id, run)
        with_data = self.suite.graded_with(cell.grade_id)
        return CheckResult(cell.grade_id, cell.points, _score(cell.points, verdicts), verdicts, graded_with=with_data)


def _unchecked(cell: Cell) -> CheckResult:
    """A check whose suite is missing: its visible asserts run where a student can forge them, and score nothing."""
    detail = f"hidden_tests/{cell.grade_id}.py has no test; run `autograder prove`"
    verdict = Verdict(cell.grade_id, "This question has a hidden test.", 1.0, "not run", detail=detail)
    return CheckResult(cell.grade_id, cell.points, 0.0, (verdict,))


def _score(points: float, verdicts: tuple[Verdict, ...]) -> float:
    weight = sum(verdict.weight for verdict in verdicts)
    earned = sum(verdict.earned for verdict in verdicts)
    return round(points * earned / weight, 6) if weight else 0.0


class NotebookRun:
    """A submission's cells in a sandbox, run again without a cell that took the process down."""

    def __init__(
        self,
        zygote: Zygote,
        submission: Submission,
        limits: Limits,
        files: Mapping[str, bytes],
        gpus: tuple[str, ...] = (),
    ) -> None:
        self._zygote, self.cells, self.limits, self._files = zygote, submission.cells, limits, files
        self._gpus = gpus
        self._sandbox: Sandbox | None = None
        self._left_out: set[str] = set()
        self._given_up = False
        self.deadline = time.monotonic() + limits.submission_seconds
        self.outputs: dict[str, list[Output]] = {}
        self.notes: list[str] = []

    def start(self) -> None:
        """Runs the cells; afterwards :meth:`fork` gives copies of the process."""
        for _ in range(MAX_REPLAYS + 1):
            if self._run_all():
                return
        self._given_up = True
        self._note(f"the notebook ended its process {MAX_REPLAYS + 1} times; nothing could be asked of it")

    def fork(self, threads: int = 1) -> Peer:
        """A copy of the process after all cells; starts again if an earlier check took the process down."""
        if time.monotonic() > self.deadline:
            raise Gone("time")
        if not self._given_up and (self._sandbox is None or self._sandbox.gone):
            self.start()
        if self._sandbox is None:
            raise Gone("died")
        return self._sandbox.fork(threads)

    def line(self, number: int, line: int) -> str:
        """A line of an answer cell, by execution number; from our copy of the notebook, not the student's process.

        Which line it is, the student's process says: so that it can say little, long and other cells are not quoted.
        """
        if not 1 <= number <= len(self.cells) or self.cells[number - 1].role != "answer":
            return ""
        lines = self.cells[number - 1].source.splitlines()[:MAX_QUOTED_LINES]
        if not 1 <= line <= len(lines):
            return ""
        return "".join(mark for mark in lines[line - 1].strip() if mark.isprintable() and mark != "`")[:120]

    def close(self) -> None:
        """Ends the sandbox."""
        if self._sandbox is not None:
            self._zygote.retire(self._sandbox)
            self._sandbox = None

    def _run_all(self) -> bool:
        """Whether every cell came back; if not, the one that did not is left out from now on."""
        self.close()
        limits = self.limits
        self._sandbox = self._zygote.spawn(
            memory_mb=limits.memory_mb,
            processes=limits.processes,
            cpu_seconds=(int(limits.submission_seconds) + 1) * limits.threads,
            gpus=self._gpus,
        )
        for name, data in self._files.items():
            self._sandbox.put_file(name, data)
        for number, cell in enumerate(self.cells, 1):
            if not cell.runs or cell.id in self._left_out:
                continue
            try:
                self._run_cell(self._sandbox, number, cell)
            except Gone as gone:
                self._leave_out(number, cell, gone)
                self.close()
                return False
        return True

    def _run_cell(self, sandbox: Sandbox, number: int, cell: Cell) -> None:
        remaining = self.deadline - time.monotonic()
        if remaining <= 0:
            self._note(
                f"the time for the submission ({self.limits.submission_seconds:g} s) was up before cell {number}"
            )
            return
        seconds = min(self.limits.cell_seconds, remaining)
        text_bytes = self.limits.output_kb * 1024
        result = sandbox.run_cell(cell.source, number=number, seconds=seconds, text_bytes=text_bytes)
        self.outputs[cell.id] = result.outputs
        if result.interrupted:
            self._note(f"cell {number} was stopped after {seconds:g} s")

    def _leave_out(self, number: int, cell: Cell, gone: Gone) -> None:
        why = {
            "time": f"could not be stopped after {self.limits.cell_seconds:g} s",
            "died": "ended the whole Python process",
            "wire": "broke the connection to the grader",
        }[gone.why]
        self._left_out.add(cell.id)
        self._note(f"cell {number} {why}; the notebook was run without it")
        message = f"This cell {why}, so it was left out."
        self.outputs[cell.id] = CellResult([{"output_type": "stream", "name": "stderr", "text": message}]).outputs

    def why_undefined(self, name: str) -> str:
        """What kept an answer from being defined: the exception its cell raised, by a name we know."""
        raised = [output["ename"] for output in self.outputs.get(name, ()) if output["output_type"] == "error"]
        return f"its cell raised {raised[0]}" if raised and hasattr(builtins, raised[0]) else ""

    def _note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)
