"""Runs the hidden tests of an assignment: plain pytest, collected once and run for one submission after another.

``pytest.main`` takes about 80 ms, almost all of it for start-up and collection. So the session is opened as pytest's
own ``pytester`` does it, and its items are run again for every submission, as pytest-rerunfailures does.
"""

from __future__ import annotations

import hashlib
import os
import sys
import traceback
import types
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path

import numpy as np
import pytest
from _pytest.config import _prepareconfig
from _pytest.runner import SetupState
from _pytest.tmpdir import tmppath_result_key

from autograder.course.data import Data
from autograder.errors import AssignmentError
from autograder.results.failure import Failure
from autograder.results.model import Status, Verdict
from autograder.testing.contract import MARKERS, check_collected, check_sources, collection_problem
from autograder.testing.hidden_test import HiddenTest, check_presupposed, for_device, read_hidden_test
from autograder.testing.process import StudentProcess
from autograder.testing.student import Student

_DEVICE_NAMES = {"cpu": "CPU", "cuda": "GPU"}
_OUTCOMES = (Exception, pytest.skip.Exception, pytest.fail.Exception)

_PYTEST_VARIABLES = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS", "PYTEST_DISABLE_PLUGIN_AUTOLOAD")
_BLOCKED_PLUGINS = "cacheprovider terminal unraisableexception threadexception warnings logging subtests"

_ARGUMENTS = (
    "--assert=plain",  # pytest's rewritten asserts would quote hidden inputs
    "--import-mode=importlib",
    "--capture=no",
    "--strict-markers",
    "--override-ini=empty_parameter_set_mark=fail_at_collect",  # instead of skipping the test
    "--noconftest",  # it would read those of the folders above as well
    "-c/dev/null",
    *(f"-pno:{name}" for name in _BLOCKED_PLUGINS.split()),
)


class Report:
    """The ``report`` fixture: lets a test add notes for the student and flags for instructors."""

    def __init__(self) -> None:
        self.notes: list[str] = []
        self.flags: list[str] = []

    def note(self, text: str) -> None:
        """Adds a line that the student reads under the test."""
        self.notes.append(text)

    def flag(self, reason: str) -> None:
        """Flags the submission, so that an instructor looks at it; ``reason`` is shown only to instructors."""
        self.flags.append(reason)


class _Plugin:
    """The pytest plugin that provides the fixtures and marks of hidden tests."""

    def __init__(self, device: str, data: Data | None) -> None:
        self.device_now, self.data_now = device, data
        self.student_now: Student | None = None
        self.report_now = Report()
        self.seed = 0
        self.collection_problems: list[str] = []

    @pytest.fixture
    def student(self) -> Student:
        """The student's notebook, after its cells have run."""
        if self.student_now is None:
            raise pytest.UsageError("hidden tests run through `autograder prove` or `autograder grade`")
        return self.student_now

    @pytest.fixture
    def rng(self, request: pytest.FixtureRequest) -> np.random.Generator:
        """A random generator seeded by the name of the test, so that grading again gives the same score."""
        name = f"{self.seed}:{request.node.path.stem}::{request.node.name}"
        return np.random.default_rng(int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "little"))

    @pytest.fixture
    def device(self) -> str:
        """The device that the student's code should use: "cpu" or "cuda"."""
        return self.device_now

    @pytest.fixture
    def data(self) -> Data:
        """The assignment's data."""
        if self.data_now is None:
            raise pytest.UsageError("the `data` fixture needs a data.py, and the test that uses it must be marked slow")
        return self.data_now

    @pytest.fixture
    def report(self) -> Report:
        """Collects notes for the student and flags for instructors."""
        return self.report_now

    def pytest_configure(self, config: pytest.Config) -> None:
        for marker in MARKERS:
            config.addinivalue_line("markers", marker)

    def pytest_exception_interact(self, node: pytest.Collector, call: pytest.CallInfo[object]) -> None:
        """Records why a file cannot be collected; pytest itself would print it at the end."""
        assert call.excinfo is not None
        error = call.excinfo.value
        if isinstance(error, pytest.Collector.CollectError):
            error = error.__cause__ or error
        self.collection_problems.append(collection_problem(node.path, error))

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Records a file that skips itself on import, because its check would be left without tests."""
        if report.skipped and isinstance(report.longrepr, tuple):
            path, line, reason = report.longrepr
            self.collection_problems.append(f"{path}:{line}: the hidden tests cannot be collected: {reason}")


class Suite:
    """The hidden tests of an assignment, as a context manager; raises AssignmentError when they break the contract."""

    def __init__(self, folder: Path, *, device: str = "cpu", data: Data | None = None, quick: bool = False) -> None:
        self.quick = quick
        self.without_gpu = 0
        """The number of tests that do not run because they need a GPU and there is none."""
        self._plugin = _Plugin(device, data and data.for_tests())
        arguments = [*_ARGUMENTS, f"--rootdir={folder}", str(folder)]
        with _clean_pytest_environment():
            self._config = _prepareconfig(arguments, [self._plugin])
        self._config._do_configure()
        self._session = pytest.Session.from_config(self._config)
        self._config.hook.pytest_sessionstart(session=self._session)
        try:
            with _separate_modules(folder):
                self.tests = self._collect(folder)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Closes the pytest session."""
        self._config.hook.pytest_sessionfinish(session=self._session, exitstatus=0)
        self._config._ensure_unconfigure()

    def __enter__(self) -> Suite:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, tb: types.TracebackType | None
    ) -> None:
        self.close()

    def run(self, check: str, process: StudentProcess, *, seed: int = 0, until_failure: bool = False) -> list[Verdict]:
        """Runs the tests of a check on the notebook in ``process``; returns their verdicts in the order of the file.

        ``until_failure`` stops after the first test that fails or ends in an error.
        """
        self._plugin.student_now, self._plugin.seed = Student(process), seed
        tests = self.tests.get(check, ())
        verdicts: list[Verdict] = []
        try:
            for test, after in zip_longest(tests, [test.items[0] for test in tests[1:]]):
                verdicts.append(self._run_test(test, after, process))
                if until_failure and verdicts[-1].status in (Status.FAILED, Status.ERROR):
                    break
        finally:
            self._session._setupstate.teardown_exact(None)
            self._plugin.student_now = None
        return verdicts

    def is_slow(self, check: str) -> bool:
        """Returns whether one of the check's tests is slow and not skipped."""
        return not self.quick and any(test.slow for test in self.tests.get(check, ()))

    def slow_tests(self) -> frozenset[str]:
        """Returns the ids of the tests that ``--quick`` skips."""
        return frozenset(test.id for tests in self.tests.values() for test in tests if test.slow)

    def graded_with(self, check: str) -> str:
        """Returns the data and the device that a check is graded with; empty for a check that uses no data."""
        data = self._plugin.data_now
        uses_data = any("data" in item.fixturenames for test in self.tests.get(check, ()) for item in test.items)
        return f"graded with {data.name} on the {_DEVICE_NAMES[self._plugin.device_now]}" if uses_data and data else ""

    def _collect(self, folder: Path) -> dict[str, tuple[HiddenTest, ...]]:
        check_sources(folder)
        if not any(folder.glob("test_*.py")):
            return {}
        try:
            items = self._session.perform_collect()
        except pytest.UsageError as error:
            raise AssignmentError(f"the hidden tests in {str(folder)!r} cannot be collected: {error}") from error
        if self._plugin.collection_problems:
            raise AssignmentError(self._plugin.collection_problems[0])
        groups: dict[tuple[str, str], list[pytest.Function]] = {}
        for item in items:
            if isinstance(item, pytest.Function):
                check_collected(item)
                groups.setdefault((item.path.stem, item.originalname), []).append(item)
        tests: dict[str, tuple[HiddenTest, ...]] = {}
        for (check, name), cases in groups.items():
            tests[check] = (*tests.get(check, ()), read_hidden_test(check, name, tuple(cases)))
        for group in tests.values():
            check_presupposed(group)
        runnable = {check: for_device(group, self._plugin.device_now) for check, group in tests.items()}
        self.without_gpu = sum(len(tests[check]) - len(group) for check, group in runnable.items())
        return runnable

    def _run_test(self, test: HiddenTest, after: pytest.Item | None, process: StudentProcess) -> Verdict:
        """Runs a test, unless it is skipped, with a report and a time limit of its own."""
        if test.slow and self.quick:
            return test.verdict(Status.SKIPPED)
        self._plugin.report_now = report = Report()
        process.allow(test.seconds)
        verdict = self._run_cases(test, after)
        return replace(verdict, notes=tuple(report.notes), flags=tuple(report.flags))

    def _run_cases(self, test: HiddenTest, after: pytest.Item | None) -> Verdict:
        """Runs the cases of a test; it passes when all do, and the first that fails gives the reason."""
        error = None
        for item, nextitem in zip(test.items, [*test.items[1:], after], strict=True):
            error = self._run_item(item, nextitem)
            if error is not None:
                break
        error = self._tear_down(after) or error  # after a failed case, the next item belongs to another test
        if error is None:
            return test.verdict(Status.PASSED)
        if not isinstance(error, AssertionError):
            return test.verdict(Status.ERROR, detail=_traceback(error))
        return test.failed(_as_failure(error, item.path))

    def _run_item(self, item: pytest.Function, nextitem: pytest.Item | None) -> BaseException | None:
        """Runs one case with pytest's own steps, without its hooks and reports; returns what it raised, if anything."""
        item._initrequest()  # resets the fixtures of the previous submission
        item.stash[tmppath_result_key] = {}  # the tmp_path fixture expects the reports that are not made here
        error: BaseException | None = None
        try:
            _set_up_fixtures(self._session._setupstate, item)
            item.runtest()
        except _OUTCOMES as raised:
            error = raised
        return self._tear_down(nextitem) or error

    def _tear_down(self, nextitem: pytest.Item | None) -> BaseException | None:
        """Tears down the fixtures that the next item does not share; an exception there is the author's mistake."""
        try:
            self._session._setupstate.teardown_exact(nextitem)
        except _OUTCOMES as raised:
            error = RuntimeError(f"a fixture could not be torn down: {raised}")
            error.__cause__ = raised
            return error
        return None


@contextmanager
def _clean_pytest_environment() -> Iterator[None]:
    """Keeps pytest options and plugins from the user's environment out of grading."""
    saved = {name: os.environ.pop(name) for name in _PYTEST_VARIABLES if name in os.environ}
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    try:
        yield
    finally:
        del os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"]
        os.environ.update(saved)


@contextmanager
def _separate_modules(folder: Path) -> Iterator[None]:
    """Hides modules of other suites, because pytest names modules only by their path within a suite.

    No bytecode is written either: collecting must not write to the course.
    """
    paths = (path.relative_to(folder).with_suffix("") for path in folder.rglob("*.py"))
    names = {".".join(path.parts) for path in paths}
    others = {name: sys.modules.pop(name) for name in names if name in sys.modules}
    saved, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        yield
    finally:
        sys.dont_write_bytecode = saved
        for name in names:
            sys.modules.pop(name, None)
        sys.modules.update(others)


def _set_up_fixtures(state: SetupState, item: pytest.Function) -> None:
    """Sets up the fixtures. A Failure in one counts against the student; a plain assert is the author's mistake."""
    try:
        state.setup(item)
    except Failure:
        raise
    except AssertionError as error:
        raise RuntimeError(f"a fixture failed: {error}") from error


def _as_failure(error: AssertionError, test: Path) -> Failure:
    """Converts a failed ``assert x, "message"``; leaves out a library's message, which may quote hidden values."""
    if isinstance(error, Failure):
        return error
    frames = traceback.extract_tb(error.__traceback__)
    own = bool(frames) and Path(frames[-1].filename).name == test.name
    return Failure(str(error)) if own else Failure("", detail=_traceback(error))


def _traceback(error: BaseException) -> str:
    return "".join(traceback.format_exception(error, limit=-6))
