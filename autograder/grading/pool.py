"""Worker processes: each opens what a job needs once, then handles one item at a time.

``multiprocessing`` would run the caller's main script again in every worker, and its executors stop altogether
when one worker dies. Here a worker that dies takes one item along and is replaced. A pool outlives its jobs: what a
worker has imported or keeps (:func:`keep`) for one is there for the next.
"""

from __future__ import annotations

import contextlib
import logging
import os
import queue
import signal
import subprocess
import sys
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from importlib import import_module
from logging.handlers import QueueHandler
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait
from typing import Any, TypeVar

from autograder.errors import ChainruleError
from autograder.paths import IMPORT_ROOT
from autograder.sandbox.linux import die_with_parent

_NOTHING = object()
_MAX_RECORDS = 1000
_T = TypeVar("_T")
_BOOT = "import sys; sys.path.insert(0, {root!r}); from autograder.grading.pool import _work; _work({fd}, {parent})"


@dataclass(frozen=True)
class Job:
    """What workers do: they enter ``opener(*arguments)`` and call what it yields with each item.

    ``opener`` is named ``module:function``, because the workers import it themselves. A job with another ``version`` is
    opened again: what it reads from disk has changed.
    """

    opener: str
    arguments: tuple[Any, ...]
    version: str = ""

    def open(self) -> AbstractContextManager[Any]:
        """In a worker."""
        module, _, name = self.opener.partition(":")
        context: AbstractContextManager[Any] = getattr(import_module(module), name)(*self.arguments)
        return context


class _Kept:
    """The one thing that a worker keeps between its jobs."""

    def __init__(self) -> None:
        self._opened = contextlib.ExitStack()
        self._key: Hashable = _NOTHING
        self._thing: Any = None

    def get(self, key: Hashable, make: Callable[[], AbstractContextManager[_T]], is_well: Callable[[_T], bool]) -> _T:
        """What was made with this key and is still well; or closes what there is, and makes another."""
        if key != self._key or not is_well(self._thing):
            self.close()
            self._thing, self._key = self._opened.enter_context(make()), key
        thing: _T = self._thing
        return thing

    def close(self) -> None:
        """Closes what is kept."""
        self._key = _NOTHING
        self._opened.close()


_kept: _Kept | None = None
"""In a worker; nobody else keeps anything."""


def keep(
    key: Hashable, make: Callable[[], AbstractContextManager[_T]], is_well: Callable[[_T], bool]
) -> AbstractContextManager[_T]:
    """What ``make`` opens; a worker hands it to the next job that asks with the same ``key``, if no other key came.

    Unless it ``is_well`` no more: then another one is made.
    """
    return make() if _kept is None else nullcontext(_kept.get(key, make, is_well))


@dataclass(frozen=True)
class Died:
    """The answer for an item whose worker ended before it had one."""

    exit_code: int


class Pool:
    """Up to ``size`` processes, one for each core by default; use as a context manager."""

    def __init__(self, size: int = 0) -> None:
        self._size = size or len(os.sched_getaffinity(0))
        self._workers: dict[Connection, subprocess.Popen[bytes]] = {}
        self._items: dict[Connection, Any] = {}
        self._open: dict[Connection, Job] = {}

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, kind: type[BaseException] | None, *error: object) -> None:
        for connection, process in self._workers.items():
            connection.close()
            if connection in self._items:
                process.kill()  # nobody waits for what it is doing
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def map(self, job: Job, items: Sequence[Any]) -> Iterator[tuple[Any, Any]]:
        """Yields each item with its answer, as they come; raises the ChainruleError that a worker raised."""
        with self.run(job, items) as answers:
            yield from answers

    @contextmanager
    def run(self, job: Job, items: Sequence[Any]) -> Iterator[Iterator[tuple[Any, Any]]]:
        """Starts the workers at once, and gives an iterator over each item with its answer.

        Leaving ends the workers that are still busy.
        """
        waiting = list(reversed(items))
        try:
            for worker in self._staff(len(waiting)):
                self._give(worker, job, waiting)
            yield self._answers(job, waiting)
        finally:
            for worker in list(self._items):
                self._workers[worker].kill()
                self._dismiss(worker)

    def _answers(self, job: Job, waiting: list[Any]) -> Iterator[tuple[Any, Any]]:
        while self._items:
            for ready in wait(list(self._items)):
                assert isinstance(ready, Connection)
                item, answer, worker = self._collect(ready)
                if isinstance(answer, ChainruleError):
                    self._open.pop(worker, None)
                    raise answer
                self._give(worker, job, waiting)
                yield item, answer

    def _staff(self, items: int) -> list[Connection]:
        """Idle workers, as many as there is work for; those that have been here longest first."""
        for _ in range(min(self._size, items) - len(self._workers)):
            self._hire()
        return list(self._workers)[:items]

    def _collect(self, worker: Connection) -> tuple[Any, Any, Connection]:
        item = self._items.pop(worker)
        try:
            answer, records = worker.recv()
        except (EOFError, OSError):
            return item, Died(self._dismiss(worker)), self._hire()
        for record in records:
            logging.getLogger(record.name).handle(record)
        return item, answer, worker

    def _give(self, worker: Connection, job: Job, waiting: list[Any]) -> None:
        if not waiting:
            return
        item = waiting.pop()
        try:
            self._send(worker, job, item)
        except BrokenPipeError:  # it died since its last answer
            self._dismiss(worker)
            worker = self._hire()
            with contextlib.suppress(BrokenPipeError):  # it died at once; waiting for its answer tells
                self._send(worker, job, item)
        self._items[worker] = item

    def _send(self, worker: Connection, job: Job, item: Any) -> None:
        """The job travels only to a worker that does another one."""
        worker.send((None if self._open.get(worker) == job else job, item))
        self._open[worker] = job

    def _dismiss(self, worker: Connection) -> int:
        worker.close()
        self._items.pop(worker, None)
        self._open.pop(worker, None)
        return self._workers.pop(worker).wait()

    def _hire(self) -> Connection:
        ours, theirs = Pipe()
        boot = _BOOT.format(root=str(IMPORT_ROOT), fd=theirs.fileno(), parent=os.getpid())
        process = subprocess.Popen([sys.executable, "-I", "-X", "utf8", "-c", boot], pass_fds=[theirs.fileno()])
        theirs.close()
        self._workers[ours] = process
        return ours


class _Log:
    """What a worker logs, until its next answer takes it along."""

    def __init__(self) -> None:
        self._records: queue.SimpleQueue[logging.LogRecord] = queue.SimpleQueue()
        logger = logging.getLogger("autograder")
        logger.addHandler(QueueHandler(self._records))
        logger.setLevel(logging.DEBUG)

    def take(self) -> list[logging.LogRecord]:
        """The records so far, oldest first; with a cap, because a student's notebook may cause any number."""
        records = [self._records.get() for _ in range(self._records.qsize())]
        return records[:_MAX_RECORDS]


def _next(connection: Connection) -> Any:
    try:
        return connection.recv()
    except EOFError:
        return _NOTHING


def _work(fd: int, parent: int) -> None:
    """A worker's life: what it opens stays open until another job comes or the other end hangs up."""
    die_with_parent()
    if os.getppid() != parent:
        return  # it was killed before this worker could ask to go with it
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides
    connection = Connection(fd)
    handle: Any = None
    global _kept  # noqa: PLW0603 - a process is a worker or it is not
    _kept = _Kept()
    log = _Log()
    with contextlib.closing(_kept), contextlib.ExitStack() as opened:
        while (message := _next(connection)) is not _NOTHING:
            job, item = message
            try:
                if job is not None:
                    opened.close()
                    handle = opened.enter_context(job.open())
                answer = handle(item)
            except ChainruleError as error:
                opened.close()
                _kept.close()  # it may be what failed
                answer = error
            connection.send((answer, log.take()))
