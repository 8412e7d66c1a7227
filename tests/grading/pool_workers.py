"""What the workers of test_pool.py open; they import this file themselves."""

import itertools
import logging
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from autograder.errors import CourseError
from autograder.grading.pool import reuse


@contextmanager
def squares(log: str) -> Iterator[Callable[[int], int]]:
    """Squares numbers, and writes down that it was opened and closed."""
    _write(log, f"open {os.getpid()}")
    yield lambda number: number * number
    _write(log, f"close {os.getpid()}")


@contextmanager
def keepers(log: str, key: str, number: int) -> Iterator[Callable[[str], str]]:
    """The job of that number: keeps something under that key, and answers with what it got, or says it is broken."""

    @contextmanager
    def make() -> Iterator[str]:
        _write(log, f"open {key} {os.getpid()}")
        yield f"made for {key}"
        _write(log, f"close {key} {os.getpid()}")

    with reuse(key, make, lambda made: not Path(log).with_name("ill").exists()) as kept:

        def answer(question: str) -> str:
            if question == "broken":
                raise CourseError(question)
            return kept

        yield answer


@contextmanager
def orders(log: str) -> Iterator[Callable[[Any], Any]]:
    """Does what it is told: sleep, die, raise or answer."""

    def obey(order: tuple[str, Any]) -> Any:
        verb, value = order
        _write(log, f"{verb} {os.getpid()}")
        if verb == "sleep":
            time.sleep(value)
        if verb == "exit":
            os._exit(value)
        if verb == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        if verb == "raise":
            raise CourseError(value)
        if verb == "hang":
            sum(itertools.repeat(0))  # a loop in C: no signal handler of Python's runs
        if verb == "allocate":
            try:
                return len(b"x" * (value * 2**20))
            except MemoryError:
                return "MemoryError"
        if verb == "start":
            return subprocess.run(value, capture_output=True, text=True, check=True).stdout.strip()
        if verb == "answer and die":
            signal.setitimer(signal.ITIMER_REAL, 0.05)
        return value

    yield obey


@contextmanager
def allocates(megabytes: str) -> Iterator[Callable[[Any], int]]:
    """Allocates memory when it is opened, and answers with how much that was."""
    size = len(bytes(int(megabytes) * 2**20))  # zeros, which take no memory until they are written to
    yield lambda item: size


@contextmanager
def refuses(why: str) -> Iterator[Callable[[Any], Any]]:
    """Cannot be opened."""
    if why:
        raise CourseError(why)
    yield lambda item: item


def _write(log: str, line: str) -> None:
    with Path(log).open("a", encoding="utf-8") as file:
        file.write(line + "\n")


@contextmanager
def logs(path: str) -> Iterator[Callable[[str], None]]:
    """Logs the item, with the traceback of an error."""

    def log(item: str) -> None:
        try:
            _ = 1 / 0
        except ZeroDivisionError:
            logging.getLogger("autograder.tests").exception("worker says %s", item)

    yield log
