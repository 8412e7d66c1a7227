"""A submission's notebook, run in a sandbox and ready to be tested.

A cell that kills the process or cannot be stopped is left out, and the notebook is run again without it.
"""

from __future__ import annotations

import builtins
import time
from collections.abc import Mapping
from typing import Protocol

from autograder.course.settings import Limits
from autograder.notebooks.intake import Cell, Submission
from autograder.sandbox.host.peer import Gone, Peer
from autograder.sandbox.host.replies import CellResult, Output
from autograder.sandbox.host.zygote import Sandbox, Zygote

MAX_REPLAYS = 4
MAX_QUOTED_LINES = 200


class RunningNotebook(Protocol):
    """A notebook that was run and can be tested: its process, and what is said of its cells."""

    limits: Limits
    deadline: float

    def fork(self, threads: int) -> Peer:
        """A copy of its process, in which torch may use so many threads."""

    def line(self, number: int, line: int) -> str:
        """A line of a cell."""

    def why_undefined(self, name: str) -> str:
        """Why an answer is not there."""


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
