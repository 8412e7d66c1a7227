"""Runs a submission's notebook in a sandbox, for hidden tests to use.

A cell that kills the process or cannot be stopped is left out, and the notebook is run again without it. It is also run
again when a hidden test ended the process, but only ``MAX_REPLAYS`` times in all.
"""

from __future__ import annotations

import builtins
import time
from typing import Protocol

from autograder.course.settings import Limits
from autograder.grading.files import Files
from autograder.notebooks.intake import Cell, Submission
from autograder.notebooks.outputs import OutputBudget
from autograder.sandbox.host.peer import Gone, Peer
from autograder.sandbox.host.replies import Output
from autograder.sandbox.host.zygote import Sandbox, Zygote

MAX_REPLAYS = 4
MAX_QUOTED_LINES = 200
MAX_TEXT, MAX_PICTURES = 4 * 2**20, 32 * 2**20
"""What all outputs of a submission may take up, in characters of text and bytes of pictures."""


class RunningNotebook(Protocol):
    """A notebook that has run: its process, for hidden tests to call, and what messages quote from its cells."""

    limits: Limits
    deadline: float

    def fork(self, threads: int) -> Peer:
        """Returns a copy of its process, in which torch may use ``threads`` threads; raises Gone."""

    def line(self, number: int, line: int) -> str:
        """Returns a line of a cell, by execution number and line number; empty when it must not be quoted."""

    def why_undefined(self, name: str) -> str:
        """Explains why the name of an answer is not defined; empty when the reason is unknown."""


class NotebookRun:
    """Runs a submission's cells in a sandbox, and again without any cell that ends the process.

    ``outputs``, ``notes`` and ``cell_seconds`` (by grade id) are those of the runs before the first :meth:`fork`: a
    cell that runs again may know the hidden inputs that a copy was called with, because the kernel of the host keeps
    traces of them, in its caches say.
    """

    def __init__(
        self,
        zygote: Zygote,
        submission: Submission,
        limits: Limits,
        files: Files,
        gpus: tuple[str, ...] = (),
    ) -> None:
        self._zygote, self.cells, self.limits, self._files = zygote, submission.cells, limits, files
        self._gpus = gpus
        self._sandbox: Sandbox | None = None
        self._excluded: set[str] = set()
        self._runs = 0
        self._was_copied = False
        self.deadline = time.monotonic() + limits.submission_seconds
        self.outputs: dict[str, list[Output]] = {}
        self.notes: list[str] = []
        self.cell_seconds: dict[str, float] = {}

    def start(self) -> None:
        """Runs the cells; afterwards :meth:`fork` returns copies of the process."""
        while self._runs <= MAX_REPLAYS:
            self._runs += 1
            if self._run_all():
                return
        self._add_note(f"the notebook ended its process {self._runs} times, so no further test could run")

    def fork(self, threads: int = 1) -> Peer:
        """Returns a copy of the process after all cells; runs them again if an earlier check ended the process.

        Raises Gone when the time is up or the notebook cannot be run.
        """
        self._was_copied = True
        if time.monotonic() > self.deadline:
            raise Gone("time")
        if self._sandbox is None or self._sandbox.gone:
            self.start()
        if self._sandbox is None:
            raise Gone("died")
        self._sandbox.deadline = self.deadline
        return self._sandbox.fork(threads)

    def line(self, number: int, line: int) -> str:
        """Returns a line of an answer cell from the trusted copy of the notebook; empty if it must not be shown.

        The student's process chooses the numbers, so this limits how much of a hidden input it can reveal by them.
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
        """Runs all cells; returns False when the process did not survive one, which is left out from then on."""
        self.close()
        limits = self.limits
        self._sandbox = self._zygote.spawn(
            memory_mb=limits.memory_mb,
            disk_mb=limits.disk_mb,
            processes=limits.processes,
            cpu_seconds=(int(limits.submission_seconds) + 1) * limits.threads,
            gpus=self._gpus,
            files=self._files.shown,
        )
        if self._runs == 1:  # in bubblewrap, the sandbox takes seconds to start
            self.deadline = time.monotonic() + limits.submission_seconds
        if not self._was_copied:
            self.outputs = {name: outputs for name, outputs in self.outputs.items() if name in self._excluded}
        budget = OutputBudget(MAX_TEXT, MAX_PICTURES * 4 // 3)  # pictures are in base64
        try:
            for name, data in self._files.sent.items():
                self._sandbox.put_file(name, data)
        except Gone:
            self.close()
            return False  # no cell is to blame; a new process may do better
        for number, cell in enumerate(self.cells, 1):
            if not cell.runs or cell.id in self._excluded:
                continue
            try:
                self._run_cell(self._sandbox, number, cell, budget)
            except Gone as gone:
                self._exclude_cell(number, cell, gone)
                self.close()
                return False
        return True

    def _run_cell(self, sandbox: Sandbox, number: int, cell: Cell, budget: OutputBudget) -> None:
        remaining = self.deadline - time.monotonic()
        if remaining <= 0:
            self._add_note(
                f"the time for the submission ({self.limits.submission_seconds:g} s) was up before cell {number}"
            )
            return
        seconds = min(self.limits.cell_seconds, remaining)
        text_bytes = self.limits.output_kb * 1024
        start = time.monotonic()
        try:
            result = sandbox.run_cell(cell.source, number=number, seconds=seconds, text_bytes=text_bytes)
        finally:
            self._keep_seconds(cell, time.monotonic() - start)
        self._keep_outputs(cell, budget.admit(result.outputs))
        if result.interrupted:
            self._add_note(f"cell {number} was stopped after {seconds:g} s")

    def _exclude_cell(self, number: int, cell: Cell, gone: Gone) -> None:
        why = {
            "time": f"could not be stopped after {self.limits.cell_seconds:g} s",
            "died": "ended the whole Python process",
            "wire": "broke the connection to the grader",
        }[gone.why]
        self._excluded.add(cell.id)
        self._add_note(f"cell {number} {why}; the notebook was run without it")
        message = f"This cell {why}, so it was left out."
        self._keep_outputs(cell, [{"output_type": "stream", "name": "stderr", "text": message}])

    def why_undefined(self, name: str) -> str:
        """Names the exception that the cell of an answer raised, if it is a builtin one; empty otherwise."""
        raised = [output["ename"] for output in self.outputs.get(name, ()) if output["output_type"] == "error"]
        return f"its cell raised {raised[0]}" if raised and hasattr(builtins, raised[0]) else ""

    def _keep_outputs(self, cell: Cell, outputs: list[Output]) -> None:
        if not self._was_copied:
            self.outputs[cell.id] = outputs

    def _keep_seconds(self, cell: Cell, seconds: float) -> None:
        if cell.grade_id and not self._was_copied:
            self.cell_seconds[cell.grade_id] = round(seconds, 4)

    def _add_note(self, text: str) -> None:
        if not self._was_copied and text not in self.notes:
            self.notes.append(text)
