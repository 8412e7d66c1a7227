"""Worker processes: each opens what it needs once, then handles one item at a time.

``multiprocessing`` would run the caller's main script again in every worker, and its executors stop altogether
when one worker dies. Here a worker that dies takes one item along and is replaced.
"""

from __future__ import annotations

import contextlib
import os
import signal
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

_NOTHING = object()
_BOOT = "import sys; sys.path.append({root!r}); from autograder.pool import _work; _work({fd}, {parent})"


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

    def __exit__(self, kind: type[BaseException] | None, *error: object) -> None:
        for connection, process in self._workers.items():
            connection.close()
            if kind is not None:
                process.kill()  # nobody waits for what it is doing
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
            return item, Died(self._dismiss(worker)), self._hire()

    def _give(self, worker: Connection, waiting: list[Any]) -> None:
        if not waiting:
            return
        item = waiting.pop()
        try:
            worker.send(item)
        except BrokenPipeError:  # it died since its last answer
            self._dismiss(worker)
            worker = self._hire()
            with contextlib.suppress(BrokenPipeError):  # it died at once; waiting for its answer tells
                worker.send(item)
        self._items[worker] = item

    def _dismiss(self, worker: Connection) -> int:
        worker.close()
        return self._workers.pop(worker).wait()

    def _hire(self) -> Connection:
        ours, theirs = Pipe()
        boot = _BOOT.format(root=str(Path(__file__).parents[1]), fd=theirs.fileno(), parent=os.getpid())
        process = subprocess.Popen([sys.executable, "-I", "-X", "utf8", "-c", boot], pass_fds=[theirs.fileno()])
        theirs.close()
        ours.send(self._task)
        self._workers[ours] = process
        return ours


def _next(connection: Connection) -> Any:
    try:
        return connection.recv()
    except EOFError:
        return _NOTHING


def _work(fd: int, parent: int) -> None:
    """A worker's life: what it opens stays open until the other end hangs up."""
    confine.die_with_parent()
    if os.getppid() != parent:
        return  # it was killed before this worker could ask to go with it
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides
    connection = Connection(fd)
    opener, arguments = connection.recv()
    module, _, name = opener.partition(":")
    try:
        context: AbstractContextManager[Any] = getattr(import_module(module), name)(*arguments)
        with context as handle:
            while (item := _next(connection)) is not _NOTHING:
                connection.send(handle(item))
    except ChainruleError as error:
        connection.send(error)
