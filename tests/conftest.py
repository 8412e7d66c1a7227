"""Fixtures that several test files share."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from autograder.grading.pool import Pool
from autograder.sandbox.host.self_test import tier_for_this_machine
from autograder.sandbox.host.zygote import Sandbox, Zygote
from autograder.testing.process import StudentProcess
from autograder.testing.student import Student

pytest_plugins = ("browser", "course_fixtures")

os.environ.setdefault("CHAINRULE_OFFLINE", "1")
"""No test fetches data: whoever wants real MNIST sets MNIST_DIR, or runs `autograder data` before."""

Spawn = Callable[..., Sandbox]
MakeProcess = Callable[..., StudentProcess]
MakeStudent = Callable[..., Student]


@pytest.fixture(scope="session")
def zygote() -> Iterator[Zygote]:
    """A warm process with numpy alone, at the tier of this machine."""
    with Zygote(("numpy",), tier=tier_for_this_machine()) as warm:
        yield warm


@pytest.fixture
def pool() -> Iterator[Pool]:
    """One worker process, in the environment of the test."""
    with Pool(1) as workers:
        yield workers


@pytest.fixture
def spawn(zygote: Zygote) -> Iterator[Spawn]:
    """Makes sandboxes, with limits as keywords; they end with the test."""
    with ExitStack() as stack:

        def make(**limits: int | tuple[str, ...]) -> Sandbox:
            sandbox = zygote.spawn(**limits)
            stack.callback(zygote.retire, sandbox)
            return sandbox

        yield make


@pytest.fixture
def sandbox(spawn: Spawn) -> Sandbox:
    """A fresh sandbox with the default limits."""
    return spawn()


@pytest.fixture
def process_of(spawn: Spawn) -> Iterator[MakeProcess]:
    """Makes the process of a student whose notebook is the given cells."""
    with ExitStack() as stack:

        def make(*cells: str, seconds: float = 2.0) -> StudentProcess:
            sandbox = spawn()
            for number, source in enumerate(cells, 1):
                sandbox.run_cell(source, number=number, seconds=5.0)

            def line(number: int, line: int) -> str:
                return cells[number - 1].splitlines()[line - 1].strip()

            process = StudentProcess(sandbox.fork, seconds=seconds, locate=line)
            stack.callback(process.close)
            return process

        yield make


@pytest.fixture
def student_of(process_of: MakeProcess) -> MakeStudent:
    """Makes a student whose notebook is the given cells: ``student_of("def f(x): ...").f(1)``."""
    return lambda *cells, **limits: Student(process_of(*cells, **limits))
