"""The IPython shell in which a student's cells run, without a Jupyter kernel around it."""

from __future__ import annotations

import ast
import builtins
import contextlib
import subprocess
import sys
from typing import Any

from IPython.core.async_helpers import get_asyncio_loop
from IPython.core.error import StdinNotImplementedError
from IPython.core.history import HistoryManager
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Type

from autograder.sandbox.guest.output import CAPTURE, Hook, Publisher


class Shell(InteractiveShell):
    """IPython as in a notebook (magics, rich output, `!commands`), but without a Jupyter kernel and without history."""

    displayhook_class = Type(Hook)
    display_pub_class = Type(Publisher)
    _needs_loop = False

    def run(self, source: str, number: int) -> None:
        """Runs a cell, the ``number``-th of the notebook.

        From the first cell on that mentions asyncio, an event loop is running, as it always is in Jupyter's kernel.
        """
        self.execution_count = number  # it names the cell in tracebacks
        self._needs_loop = self._needs_loop or "asyncio" in source
        if self._needs_loop:
            transformed = self.transform_cell(source)
            running = self.run_cell_async(source, store_history=True, transformed_cell=transformed)
            result = get_asyncio_loop().run_until_complete(running)
        else:
            result = self.run_cell(source, store_history=True)
        error = result.error_before_exec or result.error_in_exec
        if error is not None and not CAPTURE.has_error:  # whoever overwrote `showtraceback` hides no error
            CAPTURE.error(type(error), error, error.__traceback__)

    def transform_cell(self, raw_cell: str) -> str:
        """Transforms magics; plain Python is returned as is, because looking for magics costs more than most cells.

        But a single line may be a magic without `%`, such as `ls`.
        """
        try:
            ast.parse(raw_cell)
        except (SyntaxError, ValueError):
            return str(super().transform_cell(raw_cell))
        return raw_cell if "\n" in raw_cell.strip() else str(super().transform_cell(raw_cell))

    def _tee(self, channel: str) -> Any:
        """Keeps no copy of what is printed: IPython would hold all of it, although only its beginning is shown."""
        return contextlib.nullcontext()

    def showtraceback(self, exc_tuple: Any = None, *args: object, **kwargs: object) -> None:
        # IPython's coloured tracebacks take 30 ms each, and an untouched release raises a dozen.
        CAPTURE.error(*self._get_exc_info(exc_tuple))

    def showsyntaxerror(self, *args: object, **kwargs: object) -> None:
        self.showtraceback()

    def enable_gui(self, gui: str | None = None) -> None:
        """Does nothing: `%matplotlib inline` needs no event loop, and there is none."""

    def system(self, cmd: str) -> None:
        """Runs `!cmd` and captures its output; IPython would use pexpect, which needs a terminal."""
        process = subprocess.run(  # noqa: S602 - a shell is what `!cmd` means
            self.var_expand(cmd, depth=1),
            shell=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            errors="replace",
            check=False,
        )
        sys.stdout.write(process.stdout)
        self.user_ns["_exit_code"] = process.returncode


def make_shell() -> Shell:
    """Creates the shell, in the zygote; history is off because it starts a thread and writes a database."""
    HistoryManager.enabled = False  # type: ignore[assignment]  # a trait's default
    builtins.input = _refuse_input
    shell: Shell = Shell.instance(colors="nocolor", term_title=False, banner1="")
    return shell


def _refuse_input(prompt: object = "") -> str:
    """Raises the exception that `input` raises where nobody can answer, as while nbgrader grades."""
    raise StdinNotImplementedError("input() has nobody to ask: the notebook runs without a person")
