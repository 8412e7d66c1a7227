"""Runs jobs in worker processes, each of which sets a job up once and then handles one item at a time.

``multiprocessing`` would run the caller's main script again in every worker, and its executors break when one worker
dies. Here a worker that dies loses only its current item and is replaced. A pool outlives its jobs: what a worker has
imported or cached (:func:`reuse`) for one job is available to the next.
"""

from __future__ import annotations

import contextlib
import logging
import os
import queue
import signal
import subprocess
import sys
import time
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
from autograder.sandbox.host import cgroups
from autograder.sandbox.linux import die_with_parent, lift_memory_limit, limit_memory

WORKER_MB = 1024
"""The most memory that a worker may hold, whatever is handed in."""

_AT_LEAST_MB = 256
"""What a worker may allocate after it has opened a job, however much memory that took."""

_OPEN_SECONDS = 600.0
"""How long a worker may take to open a job: it imports libraries and reads data."""

_AGAIN_SECONDS = 10.0
"""How long a worker that was killed may take to end before it is killed again."""

_logger = logging.getLogger(__name__)
_END, _NO_KEY = object(), object()
_MAX_RECORDS = 1000
_T = TypeVar("_T")
_BOOT = (
    "import sys; sys.path.insert(0, {root!r}); "
    "from autograder.grading.pool import _run_worker; _run_worker({fd}, {parent})"
)


@dataclass(frozen=True)
class Job:
    """A job for workers: they enter ``opener(*arguments)`` and call what it yields with each item.

    ``opener`` is written ``module:function``, because the workers import it themselves. A job with another ``version``
    is opened again: what it reads from disk has changed. A worker that takes more than ``item_seconds`` is ended.
    """

    opener: str
    arguments: tuple[Any, ...]
    version: str = ""
    item_seconds: float = 600.0

    def open(self) -> AbstractContextManager[Any]:
        """Creates the context manager, in a worker."""
        module, _, name = self.opener.partition(":")
        context: AbstractContextManager[Any] = getattr(import_module(module), name)(*self.arguments)
        return context


class _Cache:
    """The one object that a worker keeps open between jobs."""

    def __init__(self) -> None:
        self._opened = contextlib.ExitStack()
        self._key: Hashable = _NO_KEY
        self._object: Any = None

    def get(
        self, key: Hashable, open_new: Callable[[], AbstractContextManager[_T]], is_usable: Callable[[_T], bool]
    ) -> _T:
        """Returns the object opened with ``key`` if it is still usable; otherwise closes it and opens another."""
        if key != self._key or not is_usable(self._object):
            self.close()
            self._object, self._key = self._opened.enter_context(open_new()), key
        cached: _T = self._object
        return cached

    def close(self) -> None:
        """Closes the object."""
        self._key = _NO_KEY
        self._opened.close()


_cached: _Cache | None = None
"""Set only in worker processes."""


def reuse(
    key: Hashable, open_new: Callable[[], AbstractContextManager[_T]], is_usable: Callable[[_T], bool]
) -> AbstractContextManager[_T]:
    """Opens an object with ``open_new``; a worker leaves it open and reuses it in the next job with the same ``key``.

    It is closed, and another one opened, when a different key comes or it is no longer ``is_usable``.
    """
    return open_new() if _cached is None else nullcontext(_cached.get(key, open_new, is_usable))


@dataclass(frozen=True)
class Died:
    """The answer for an item whose worker died before it had one, or was ended because it took ``seconds``."""

    exit_code: int
    seconds: float = 0.0

    def __str__(self) -> str:
        if self.seconds:
            return f"the grader's worker process was ended because it had not answered after {self.seconds:g} s"
        return f"the grader's worker process died (exit code {self.exit_code})"


@dataclass
class _Task:
    """What a worker is doing: the item, and after how many seconds, and when, it is ended for taking too long."""

    item: Any
    seconds: float
    due: float
    is_overdue: bool = False


class Pool:
    """A pool of up to ``size`` worker processes, by default one per core; use it as a context manager."""

    def __init__(self, size: int = 0) -> None:
        self.size = size or len(os.sched_getaffinity(0))
        self._workers: dict[Connection, subprocess.Popen[bytes]] = {}
        self._tasks: dict[Connection, _Task] = {}
        self._open: dict[Connection, Job] = {}
        cgroups.sweep()

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, kind: type[BaseException] | None, *error: object) -> None:
        for connection, process in self._workers.items():
            connection.close()
            if connection in self._tasks:
                process.kill()  # its answer is no longer needed
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        cgroups.sweep()

    def map(self, job: Job, items: Sequence[Any]) -> Iterator[tuple[Any, Any]]:
        """Yields each item with its answer, in order of completion; raises the ChainruleError that a worker raised."""
        with self.run(job, items) as answers:
            yield from answers

    @contextmanager
    def run(self, job: Job, items: Sequence[Any]) -> Iterator[Iterator[tuple[Any, Any]]]:
        """Starts the workers at once, and yields an iterator over each item with its answer, as :meth:`map` does.

        Leaving the block ends the workers that are still busy.
        """
        waiting = list(reversed(items))
        try:
            for worker in self._get_workers(len(waiting)):
                self._assign(worker, job, waiting)
            yield self._answers(job, waiting)
        finally:
            for worker in list(self._tasks):
                self._workers[worker].kill()
                self._stop_worker(worker)

    def _answers(self, job: Job, waiting: list[Any]) -> Iterator[tuple[Any, Any]]:
        while self._tasks:
            for ready in self._wait_for_answers():
                item, answer, worker = self._collect(ready)
                if isinstance(answer, ChainruleError):
                    self._open.pop(worker, None)
                    raise answer
                self._assign(worker, job, waiting)
                yield item, answer

    def _get_workers(self, items: int) -> list[Connection]:
        """Returns as many workers as there are items for, up to the size of the pool; starts new ones if necessary."""
        for _ in range(min(self.size, items) - len(self._workers)):
            self._start_worker()
        return list(self._workers)[:items]

    def _wait_for_answers(self) -> list[Connection]:
        """Waits until workers have answered or died; kills those that take too long, so that they die."""
        first = min(task.due for task in self._tasks.values())
        if ready := wait(list(self._tasks), max(first - time.monotonic(), 0.0)):
            return [worker for worker in ready if isinstance(worker, Connection)]
        for worker, task in self._tasks.items():
            if task.due <= time.monotonic():
                self._workers[worker].kill()
                task.is_overdue, task.due = True, task.due + _AGAIN_SECONDS
        return []

    def _collect(self, worker: Connection) -> tuple[Any, Any, Connection]:
        task = self._tasks.pop(worker)
        try:
            answer, records = worker.recv()
        except (EOFError, OSError):
            seconds = task.seconds if task.is_overdue else 0.0
            return task.item, Died(self._stop_worker(worker), seconds), self._start_worker()
        for record in records:
            logging.getLogger(record.name).handle(record)
        return task.item, answer, worker

    def _assign(self, worker: Connection, job: Job, waiting: list[Any]) -> None:
        if not waiting:
            return
        item = waiting.pop()
        try:
            self._send(worker, job, item)
        except BrokenPipeError:  # the worker died after its last answer
            self._stop_worker(worker)
            worker = self._start_worker()
            with contextlib.suppress(BrokenPipeError):  # the new one died too, as waiting for its answer will show
                self._send(worker, job, item)

    def _send(self, worker: Connection, job: Job, item: Any) -> None:
        """Sends an item, and the job only if the worker is set up for another one."""
        is_open = self._open.get(worker) == job
        seconds = job.item_seconds + (0.0 if is_open else _OPEN_SECONDS)
        self._tasks[worker] = _Task(item, seconds, time.monotonic() + seconds)
        self._open[worker] = job
        worker.send((None if is_open else job, item))

    def _stop_worker(self, worker: Connection) -> int:
        worker.close()
        self._tasks.pop(worker, None)
        self._open.pop(worker, None)
        return self._workers.pop(worker).wait()

    def _start_worker(self) -> Connection:
        pool_end, worker_end = Pipe()
        boot = _BOOT.format(root=str(IMPORT_ROOT), fd=worker_end.fileno(), parent=os.getpid())
        process = subprocess.Popen([sys.executable, "-I", "-X", "utf8", "-c", boot], pass_fds=[worker_end.fileno()])
        worker_end.close()
        self._workers[pool_end] = process
        return pool_end


class _Log:
    """Collects what a worker logs; it is sent with the next answer."""

    def __init__(self) -> None:
        self._records: queue.SimpleQueue[logging.LogRecord] = queue.SimpleQueue()
        logger = logging.getLogger("autograder")
        logger.addHandler(QueueHandler(self._records))
        logger.setLevel(logging.DEBUG)

    def take(self) -> list[logging.LogRecord]:
        """Returns and removes the records so far, up to a limit, because a student's notebook may cause any number."""
        records = [self._records.get() for _ in range(self._records.qsize())]
        return records[:_MAX_RECORDS]


def _receive(connection: Connection) -> Any:
    try:
        return connection.recv()
    except EOFError:
        return _END


@contextmanager
def _open_without_limit(job: Job, group: cgroups.Group) -> Iterator[Any]:
    """Opens a job, and limits what this worker may allocate from then on until the job is closed."""
    with job.open() as handle:
        limit_memory(WORKER_MB, at_least=_AT_LEAST_MB)
        group.limit_memory(WORKER_MB, more=True)  # the warm process and the data are in it too
        try:
            yield handle
        finally:  # or a zygote that is started for the next job would inherit the limit
            lift_memory_limit()
            group.lift_memory_limit()


def _run_worker(fd: int, parent: int) -> None:
    """Runs a worker: a job stays set up until another one comes or the pool closes the connection."""
    die_with_parent()
    if os.getppid() != parent:
        return  # the parent died before die_with_parent took effect
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides
    group = cgroups.enter()
    connection = Connection(fd)
    handle: Any = None
    global _cached  # noqa: PLW0603 - this process is a worker for as long as it runs
    _cached = _Cache()
    log = _Log()
    with contextlib.closing(_cached), contextlib.ExitStack() as opened:
        while (message := _receive(connection)) is not _END:
            job, item = message
            try:
                if job is not None:
                    opened.close()
                    handle = opened.enter_context(_open_without_limit(job, group))
                answer = handle(item)
            except ChainruleError as error:
                opened.close()
                _cached.close()  # it may have caused the failure
                answer = error
            except Exception:  # a bug; this process may be in any state, so another one takes its place
                _logger.exception("a worker failed on %r", item)
                connection.send((Died(1), log.take()))
                return
            connection.send((answer, log.take()))
