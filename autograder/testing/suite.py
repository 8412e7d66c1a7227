"""The hidden suite of an assignment: plain pytest, collected once, run for one submission after another.

``pytest.main`` costs about 80 ms a time, almost all of it start-up and collection. So the session is opened as
pytest's own ``pytester`` opens it, and its items are run again for every submission, as pytest-rerunfailures does.
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
from autograder.results.model import Status, Verdict
from autograder.testing.compare import Failure
from autograder.testing.contract import MARKERS, check_collected, check_sources, collection_problem
from autograder.testing.hidden_test import HiddenTest, for_device, read_hidden_test
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
    "--override-ini=empty_parameter_set_mark=fail_at_collect",  # or it would be skipped
    "--noconftest",  # one of a folder above would be read as well
    "-c/dev/null",
    *(f"-pno:{name}" for name in _BLOCKED_PLUGINS.split()),
)


class Report:
    """What a test reports besides passing or failing: the ``report`` fixture."""

    def __init__(self) -> None:
        self.notes: list[str] = []
        self.flags: list[str] = []

    def note(self, text: str) -> None:
        """Adds a line that the student reads under the test."""
        self.notes.append(text)

    def flag(self, reason: str) -> None:
        """Asks that a person looks at the submission; ``reason`` is shown to instructors only."""
        self.flags.append(reason)


class _Plugin:
    """Gives tests their fixtures."""

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
        """Random inputs whose seed belongs to the test: grading twice gives the same score."""
        name = f"{self.seed}:{request.node.path.stem}::{request.node.name}"
        return np.random.default_rng(int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "little"))

    @pytest.fixture
    def device(self) -> str:
        """Where the student's code is to compute: "cpu" or "cuda"."""
        return self.device_now

    @pytest.fixture
    def data(self) -> Data:
        """The assignment's data."""
        if self.data_now is None:
            raise pytest.UsageError("there is no data.py, or the test that asks for data is not marked slow")
        return self.data_now

    @pytest.fixture
    def report(self) -> Report:
        """Takes notes for the student and flags for a person."""
        return self.report_now

    def pytest_configure(self, config: pytest.Config) -> None:
        for marker in MARKERS:
            config.addinivalue_line("markers", marker)

    def pytest_exception_interact(self, node: pytest.Collector, call: pytest.CallInfo[object]) -> None:
        """Keeps why a file cannot be collected; pytest itself would print it at the end."""
        assert call.excinfo is not None
        error = call.excinfo.value
        if isinstance(error, pytest.Collector.CollectError):
            error = error.__cause__ or error
        self.collection_problems.append(collection_problem(node.path, error))

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Keeps which file skips itself as it is imported; its check would be left without tests."""
        if report.skipped and isinstance(report.longrepr, tuple):
            path, line, reason = report.longrepr
            self.collection_problems.append(f"{path}:{line}: the hidden tests cannot be collected: {reason}")


class Suite:
    """All hidden tests of one assignment; use as a context manager."""

    def __init__(self, folder: Path, *, device: str = "cpu", data: Data | None = None, quick: bool = False) -> None:
        self.quick = quick
        self.for_a_gpu = 0
        """Tests that need a GPU and were left out, because there is none."""
        self._plugin = _Plugin(device, data and data.for_tests())
        arguments = [*_ARGUMENTS, f"--rootdir={folder}", str(folder)]
        with _default_pytest():
            self._config = _prepareconfig(arguments, [self._plugin])
        self._config._do_configure()
        self._session = pytest.Session.from_config(self._config)
        self._config.hook.pytest_sessionstart(session=self._session)
        with _modules_of_its_own(folder):
            self.tests = self._collect(folder)

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
        """The verdicts of a check's tests about the notebook in ``process``, in the order of the file.

        With ``until_failure`` the tests after the first that does not pass are left out.
        """
        self._plugin.student_now, self._plugin.seed = Student(process), seed
        tests = self.tests.get(check, ())
        verdicts: list[Verdict] = []
        try:
            for test, after in zip_longest(tests, [test.items[0] for test in tests[1:]]):
                verdicts.append(self._judge(test, after, process))
                if until_failure and verdicts[-1].status in (Status.FAILED, Status.ERROR):
                    break
        finally:
            self._session._setupstate.teardown_exact(None)
            self._plugin.student_now = None
        return verdicts

    def is_slow(self, check: str) -> bool:
        """Whether one of the check's tests takes long, and is asked."""
        return not self.quick and any(test.slow for test in self.tests.get(check, ()))

    def slow_tests(self) -> frozenset[str]:
        """The ids of the tests that a quick grading leaves out."""
        return frozenset(test.id for tests in self.tests.values() for test in tests if test.slow)

    def graded_with(self, check: str) -> str:
        """The data that decides a check, and the device; empty for a check that needs none."""
        data = self._plugin.data_now
        asks = any("data" in item.fixturenames for test in self.tests.get(check, ()) for item in test.items)
        return f"graded with {data.name} on the {_DEVICE_NAMES[self._plugin.device_now]}" if asks and data else ""

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
        here = {check: for_device(found, self._plugin.device_now) for check, found in tests.items()}
        self.for_a_gpu = sum(len(tests[check]) - len(found) for check, found in here.items())
        return here

    def _judge(self, test: HiddenTest, after: pytest.Item | None, process: StudentProcess) -> Verdict:
        """Runs the cases of a test; it passes when all do, and the first that does not gives the reason."""
        if test.slow and self.quick:
            return Verdict(test.id, test.sentence, test.weight, Status.SKIPPED)
        self._plugin.report_now = report = Report()
        process.allow(test.seconds)
        verdict = self._outcome(test, after)
        return replace(verdict, notes=tuple(report.notes), flags=tuple(report.flags))

    def _outcome(self, test: HiddenTest, after: pytest.Item | None) -> Verdict:
        error = None
        for item, nextitem in zip(test.items, [*test.items[1:], after], strict=True):
            error = self._run_item(item, nextitem)
            if error is not None:
                break
        error = self._tear_down(after) or error  # after a case that failed, the next item is another test's
        if error is None:
            return Verdict(test.id, test.sentence, test.weight, Status.PASSED)
        if not isinstance(error, AssertionError):
            return Verdict(test.id, test.sentence, test.weight, Status.ERROR, detail=_story(error))
        failure = _as_failure(error, item.path)
        return Verdict(
            test.id,
            test.sentence,
            test.weight,
            Status.FAILED,
            reason=failure.reason,
            hint=failure.hint or test.hint,
            detail=failure.detail,
            share=failure.share,
        )

    def _run_item(self, item: pytest.Function, nextitem: pytest.Item | None) -> BaseException | None:
        """What the test raised, if anything: pytest's own steps, without its hooks and reports."""
        item._initrequest()  # forgets the fixtures of the last submission
        item.stash[tmppath_result_key] = {}  # tmp_path looks here for the reports that are not made
        error: BaseException | None = None
        try:
            _set_up(self._session._setupstate, item)
            item.runtest()
        except _OUTCOMES as raised:
            error = raised
        return self._tear_down(nextitem) or error

    def _tear_down(self, nextitem: pytest.Item | None) -> BaseException | None:
        """Ends the fixtures that the next item does not share; an exception there is the author's mistake."""
        try:
            self._session._setupstate.teardown_exact(nextitem)
        except _OUTCOMES as raised:
            error = RuntimeError(f"a fixture could not be torn down: {raised}")
            error.__cause__ = raised
            return error
        return None


@contextmanager
def _default_pytest() -> Iterator[None]:
    """Keeps options and plugins that somebody set up for tests of their own out of grading."""
    before = {name: os.environ.pop(name) for name in _PYTEST_VARIABLES if name in os.environ}
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    try:
        yield
    finally:
        del os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"]
        os.environ.update(before)


@contextmanager
def _modules_of_its_own(folder: Path) -> Iterator[None]:
    """pytest names a hidden test by its path in the suite; a module of that name may come from another suite.

    No bytecode is written beside them: collecting only reads the course.
    """
    paths = (path.relative_to(folder).with_suffix("") for path in folder.rglob("*.py"))
    names = {".".join(path.parts) for path in paths}
    others = {name: sys.modules.pop(name) for name in names if name in sys.modules}
    written, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        yield
    finally:
        sys.dont_write_bytecode = written
        for name in names:
            sys.modules.pop(name, None)
        sys.modules.update(others)


def _set_up(state: SetupState, item: pytest.Function) -> None:
    """Sets up the fixtures; a Failure in one is the student's, a plain assert is the author's mistake."""
    try:
        state.setup(item)
    except Failure:
        raise
    except AssertionError as error:
        raise RuntimeError(f"a fixture failed: {error}") from error


def _as_failure(error: AssertionError, test: Path) -> Failure:
    """A plain ``assert x, "message"`` fails with the author's message; a library's message may quote what is hidden."""
    if isinstance(error, Failure):
        return error
    frames = traceback.extract_tb(error.__traceback__)
    own = bool(frames) and Path(frames[-1].filename).name == test.name
    return Failure(str(error)) if own else Failure("", detail=_story(error))


def _story(error: BaseException) -> str:
    return "".join(traceback.format_exception(error, limit=-6))
