"""The hidden suite of an assignment: plain pytest, collected once, run for one submission after another.

``pytest.main`` costs about 80 ms a time, almost all of it start-up and collection. So the session is opened as
pytest's own ``pytester`` opens it, and its items are run again for every submission, as pytest-rerunfailures does.
"""

from __future__ import annotations

import hashlib
import inspect
import math
import sys
import traceback
import types
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
from _pytest.config import _prepareconfig
from _pytest.runner import SetupState
from _pytest.tmpdir import tmppath_result_key

from autograder.compare import Failure
from autograder.errors import AssignmentError
from autograder.student import Student

Status = Literal["passed", "failed", "not run"]
_OUTCOMES = (Exception, pytest.skip.Exception, pytest.fail.Exception)

_ARGUMENTS = (
    "--assert=plain",  # pytest's rewritten asserts would quote hidden inputs
    "--import-mode=importlib",
    "--capture=no",
    "--strict-markers",
    "-c/dev/null",
    *(f"-pno:{name}" for name in "cacheprovider terminal unraisableexception threadexception warnings logging".split()),
)


@dataclass(frozen=True)
class Law:
    """A test function: the sentence a student reads, the hint, its share of the check's points, its cases."""

    check: str
    name: str
    sentence: str
    hint: str
    weight: float
    items: tuple[pytest.Function, ...] = field(repr=False, compare=False)

    @property
    def id(self) -> str:
        """How variants name it: ``test_softmax::test_rows_sum_to_one``."""
        return f"{self.check}::{self.name}"


@dataclass(frozen=True)
class Verdict:
    """The outcome of a law: *failed* is the student's, *not run* is ours and flags the submission."""

    law: str
    sentence: str
    weight: float
    status: Status
    reason: str = ""
    hint: str = ""
    detail: str = ""


class _Plugin:
    """Gives tests their fixtures."""

    def __init__(self) -> None:
        self.student_now: Student | None = None
        self.seed = 0

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

    def pytest_configure(self, config: pytest.Config) -> None:
        config.addinivalue_line("markers", "weight(n): counts n times in the check's points")


class Suite:
    """All hidden tests of one assignment; use as a context manager."""

    def __init__(self, folder: Path) -> None:
        self._plugin = _Plugin()
        arguments = [*_ARGUMENTS, f"--rootdir={folder}", str(folder)]
        self._config = _prepareconfig(arguments, [self._plugin])
        self._config._do_configure()
        self._session = pytest.Session.from_config(self._config)
        self._config.hook.pytest_sessionstart(session=self._session)
        with _modules_of_its_own(folder):
            self.laws = self._collect(folder)

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

    def run(self, check: str, student: Student, *, seed: int = 0, until_failure: bool = False) -> list[Verdict]:
        """The verdicts of a check's laws for this student, in the order of the file; or up to the first that failed."""
        self._plugin.student_now, self._plugin.seed = student, seed
        laws = self.laws.get(check, ())
        verdicts: list[Verdict] = []
        try:
            for law, after in zip_longest(laws, [law.items[0] for law in laws[1:]]):
                verdicts.append(self._judge(law, after))
                if until_failure and verdicts[-1].status != "passed":
                    break
        finally:
            self._session._setupstate.teardown_exact(None)
            self._plugin.student_now = None
        return verdicts

    def _collect(self, folder: Path) -> dict[str, tuple[Law, ...]]:
        if not any(folder.glob("test_*.py")):
            return {}
        try:
            items = self._session.perform_collect()
        except pytest.UsageError as error:
            raise AssignmentError(f"the hidden tests in {str(folder)!r} cannot be collected: {error}") from error
        if self._session.testsfailed:
            raise AssignmentError(f"the hidden tests in {str(folder)!r} cannot be imported: {_import_error(folder)}")
        groups: dict[tuple[str, str], list[pytest.Function]] = {}
        for item in items:
            if isinstance(item, pytest.Function):
                groups.setdefault((item.path.stem, item.originalname), []).append(item)
        laws: dict[str, tuple[Law, ...]] = {}
        for (check, name), cases in groups.items():
            laws[check] = (*laws.get(check, ()), _law(check, name, tuple(cases)))
        return laws

    def _judge(self, law: Law, after: pytest.Item | None) -> Verdict:
        """Runs the cases of a law; it holds when all do, and the first that does not says why."""
        error = None
        for item, nextitem in zip(law.items, [*law.items[1:], after], strict=True):
            error = self._run_item(item, nextitem)
            if error is not None:
                break
        error = self._tear_down(after) or error  # after a case that failed, the next item is another law's
        if error is None:
            return Verdict(law.id, law.sentence, law.weight, "passed")
        if not isinstance(error, AssertionError):
            return Verdict(law.id, law.sentence, law.weight, "not run", detail=_story(error))
        failure = _as_failure(error, item.path)
        hint = failure.hint or law.hint
        return Verdict(law.id, law.sentence, law.weight, "failed", failure.reason, hint, failure.detail)

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
        """Ends the fixtures that the next item does not share; what one raises there is ours."""
        try:
            self._session._setupstate.teardown_exact(nextitem)
        except _OUTCOMES as raised:
            error = RuntimeError(f"a fixture could not be torn down: {raised}")
            error.__cause__ = raised
            return error
        return None


@contextmanager
def _modules_of_its_own(folder: Path) -> Iterator[None]:
    """pytest names a hidden test by its path in the suite; a module of that name may come from another suite."""
    paths = (path.relative_to(folder).with_suffix("") for path in folder.rglob("*.py"))
    names = {".".join(path.parts) for path in paths}
    others = {name: sys.modules.pop(name) for name in names if name in sys.modules}
    try:
        yield
    finally:
        for name in names:
            sys.modules.pop(name, None)
        sys.modules.update(others)


def _set_up(state: SetupState, item: pytest.Function) -> None:
    """Fixtures; only a Failure raised in one speaks of the student, a plain assert there is ours."""
    try:
        state.setup(item)
    except Failure:
        raise
    except AssertionError as error:
        raise RuntimeError(f"a fixture failed: {error}") from error


def _law(check: str, name: str, cases: tuple[pytest.Function, ...]) -> Law:
    sentence, hint = _read_docstring(cases[0].obj)
    if not sentence:
        raise AssignmentError(f"{check}::{name} has no docstring; its first line is the sentence a student reads")
    marker = cases[0].get_closest_marker("weight")
    weight = 1.0 if marker is None else marker.args[0] if marker.args else None
    if not isinstance(weight, int | float) or not 0 < weight < math.inf:
        raise AssignmentError(
            f"{check}::{name} has the weight {weight!r}; @pytest.mark.weight(2) takes one number above zero"
        )
    return Law(check, name, sentence, hint, float(weight), cases)


def _read_docstring(function: Any) -> tuple[str, str]:
    """The first paragraph is the law, the rest the hint; both on one line."""
    paragraphs = (inspect.getdoc(function) or "").split("\n\n", 1)
    sentence, hint = paragraphs[0], paragraphs[1] if len(paragraphs) > 1 else ""
    return " ".join(sentence.split()), " ".join(hint.split())


def _as_failure(error: AssertionError, test: Path) -> Failure:
    """A plain ``assert x, "message"`` fails with the author's message; a library's message may quote what is hidden."""
    if isinstance(error, Failure):
        return error
    frames = traceback.extract_tb(error.__traceback__)
    own = bool(frames) and Path(frames[-1].filename).name == test.name
    return Failure(str(error)) if own else Failure("", detail=_story(error))


def _story(error: BaseException) -> str:
    return "".join(traceback.format_exception(error, limit=-6))


def _import_error(folder: Path) -> str:
    """Names the file that does not import, and why; pytest keeps that for its terminal."""
    for path in sorted(folder.glob("test_*.py")):
        try:
            exec(compile(path.read_bytes(), str(path), "exec"), {"__name__": path.stem})  # noqa: S102 - the instructor's
        except _OUTCOMES as error:
            return f"{path.name}: {type(error).__name__}: {error}"
    return "two tests with one name?"
