"""Worker processes: each opens what it needs once, then handles one item at a time.

``multiprocessing`` would run the caller's main script again in every worker, and its executors stop altogether
when one worker dies. Here a worker that dies takes one item along and is replaced.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from importlib import import_module
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from autograder.errors import ChainruleError
from autograder.sandbox import confine

_BOOT = "import sys; sys.path.append({root!r}); from autograder.pool import _work; _work({fd})"


@dataclass(frozen=True)
class Died:
    """The answer for an item whose worker ended before it had one."""

    exit_code: int


class Pool:
    """``size`` processes that each enter ``opener(*arguments)`` and call what it yields; use as a context manager.

    ``opener`` is named ``module:function``, because the workers import it themselves.
    """

    def __init__(self, opener: str, arguments: tuple[Any, ...], size: int) -> None:
        self._task, self._size = (opener, arguments), size
        self._workers: dict[Connection, subprocess.Popen[bytes]] = {}
        self._items: dict[Connection, Any] = {}

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *error: object) -> None:
        for connection, process in self._workers.items():
            connection.close()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def map(self, items: list[Any]) -> Iterator[tuple[Any, Any]]:
        """Yields each item with its answer, as they come; raises the ChainruleError that a worker raised."""
        waiting = list(reversed(items))
        for _ in range(min(self._size, len(items))):
            self._give(self._hire(), waiting)
        while self._items:
            for ready in wait(list(self._items)):
                assert isinstance(ready, Connection)
                item, answer, worker = self._collect(ready)
                if isinstance(answer, ChainruleError):
                    raise answer
                self._give(worker, waiting)
                yield item, answer

    def _collect(self, worker: Connection) -> tuple[Any, Any, Connection]:
        item = self._items.pop(worker)
        try:
            return item, worker.recv(), worker
        except (EOFError, OSError):
            process = self._workers.pop(worker)
            worker.close()
            return item, Died(process.wait()), self._hire()

    def _give(self, worker: Connection, waiting: list[Any]) -> None:
        if waiting:
            self._items[worker] = waiting.pop()
            worker.send(self._items[worker])

    def _hire(self) -> Connection:
        ours, theirs = Pipe()
        boot = _BOOT.format(root=str(Path(__file__).parents[1]), fd=theirs.fileno())
        process = subprocess.Popen([sys.executable, "-I", "-X", "utf8", "-c", boot], pass_fds=[theirs.fileno()])
        theirs.close()
        ours.send(self._task)
        self._workers[ours] = process
        return ours


def _work(fd: int) -> None:
    """A worker's life: what it opens stays open until the other end hangs up."""
    confine.die_with_parent()
    connection = Connection(fd)
    opener, arguments = connection.recv()
    module, _, name = opener.partition(":")
    try:
        context: AbstractContextManager[Any] = getattr(import_module(module), name)(*arguments)
        with context as handle:
            while True:
                connection.send(handle(connection.recv()))
    except EOFError:
        return
    except ChainruleError as error:
        connection.send(error)
