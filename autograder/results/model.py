"""What grading found out, from one hidden test up to a submission, and the JSON form it is stored in.

    SubmissionResult            one student's submission of an assignment
      └─ NotebookResult         one notebook of it
           └─ CheckResult       one graded cell: points and score
                └─ Verdict      one hidden test: passed, failed, skipped or error

Each class has ``to_json`` and ``from_json``. Totals are computed here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

Json = dict[str, Any]

DIGITS = 6
"""Decimal places of a score: enough that shares of points add up, few enough that they compare equal."""


class Status(str, Enum):
    """The outcome of a hidden test, in pytest's words.

    A test that *failed* costs the student points. One that was *skipped* (by ``--quick``) or ended in an *error* (the
    test itself is broken) flags the submission for a person instead of silently costing points.
    """

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"
    ERROR = "error"


@dataclass(frozen=True)
class Verdict:
    """The outcome of one hidden test for one student.

    ``reason``, ``hint`` and ``notes`` are for the student; ``detail`` and ``flags`` are for instructors alone.
    """

    test: str
    """Its id, for example ``test_softmax::test_rows_sum_to_one``."""
    sentence: str
    weight: float
    status: Status
    reason: str = ""
    hint: str = ""
    detail: str = ""
    share: float = 0.0
    """The part of the weight that a failed test still earns, from 0 to 1."""
    notes: tuple[str, ...] = ()
    """What the student reads whatever the outcome."""
    flags: tuple[str, ...] = ()
    """Why a person must look at the submission whatever the outcome."""

    @property
    def earned(self) -> float:
        """The part of the weight that counts."""
        return self.weight * (1.0 if self.status is Status.PASSED else self.share)

    @property
    def was_run(self) -> bool:
        """Whether the test came to a verdict about the student's work."""
        return self.status in (Status.PASSED, Status.FAILED)

    def to_json(self) -> Json:
        """All fields."""
        return {**vars(self), "status": self.status.value, "notes": list(self.notes), "flags": list(self.flags)}

    @classmethod
    def from_json(cls, found: Json) -> Verdict:
        """The verdict; raises KeyError, TypeError or ValueError for anything else than what ``to_json`` gave."""
        lists = {key: tuple(found[key]) for key in ("notes", "flags")}
        return cls(**{**found, "status": Status(found["status"]), **lists})


@dataclass(frozen=True)
class CheckResult:
    """What a graded cell earned and why; ``classic`` was scored by its outputs, as nbgrader scores."""

    grade_id: str
    points: float
    score: float
    verdicts: tuple[Verdict, ...] = ()
    classic: bool = False
    graded_with: str = ""
    """The data that this check was graded with, and the device, where an assignment has data."""

    @classmethod
    def of(cls, grade_id: str, points: float, verdicts: tuple[Verdict, ...], graded_with: str = "") -> CheckResult:
        """The result of a check whose points are shared over its hidden tests by weight."""
        weight = sum(verdict.weight for verdict in verdicts)
        earned = sum(verdict.earned for verdict in verdicts)
        score = round(points * earned / weight, DIGITS) if weight else 0.0
        return cls(grade_id, points, score, verdicts, graded_with=graded_with)

    @property
    def needs_person(self) -> bool:
        """Whether a test was not run, which must not cost points silently, or asked for a person."""
        return any(verdict.flags or not verdict.was_run for verdict in self.verdicts)

    def to_json(self) -> Json:
        """All fields."""
        return {**vars(self), "verdicts": [verdict.to_json() for verdict in self.verdicts]}

    @classmethod
    def from_json(cls, found: Json) -> CheckResult:
        """The inverse of ``to_json``."""
        return cls(**{**found, "verdicts": tuple(map(Verdict.from_json, found["verdicts"]))})


@dataclass(frozen=True)
class NotebookResult:
    """What grading found out about one notebook of one student."""

    checks: tuple[CheckResult, ...]
    outputs: Mapping[str, list[Json]] = field(default_factory=dict)
    """The outputs of each cell that ran, by cell id; they are stored in the graded notebook, not in JSON."""
    notes: tuple[str, ...] = ()
    problem: str = ""
    """Why the notebook could not be read."""
    isolation: str = ""
    seconds: float = 0.0
    untouched: bool = False
    """Whether no answer differs from the release."""

    @property
    def score(self) -> float:
        """The sum over the checks."""
        return round(sum(check.score for check in self.checks), DIGITS)

    @property
    def max_score(self) -> float:
        """What the checks are worth; written answers come on top."""
        return sum(check.points for check in self.checks)

    @property
    def needs_person(self) -> bool:
        """Whether a hidden test was not run or asked for a person, or the notebook could not be read."""
        return bool(self.problem) or any(check.needs_person for check in self.checks)

    def to_json(self) -> Json:
        """All fields but the outputs."""
        fields = {key: value for key, value in vars(self).items() if key != "outputs"}
        return {**fields, "checks": [check.to_json() for check in self.checks], "notes": list(self.notes)}

    @classmethod
    def from_json(cls, found: Json) -> NotebookResult:
        """The inverse of ``to_json``."""
        checks = tuple(map(CheckResult.from_json, found["checks"]))
        return cls(**{**found, "checks": checks, "notes": tuple(found["notes"])})


@dataclass(frozen=True)
class SubmissionResult:
    """What grading found out about one student's submission, over all its notebooks."""

    assignment: str
    student: str
    notebooks: Mapping[str, NotebookResult]
    fingerprint: str = ""
    """Of everything the scores depend on; empty when grading was not complete, so that it is done again."""
    error: str = ""
    """The traceback of a crash of the grader itself."""

    @property
    def checks(self) -> Iterator[CheckResult]:
        """The checks of all notebooks."""
        return (check for notebook in self.notebooks.values() for check in notebook.checks)

    @property
    def verdicts(self) -> Iterator[Verdict]:
        """The verdicts of all checks."""
        return (verdict for check in self.checks for verdict in check.verdicts)

    @property
    def score(self) -> float:
        """The sum over the notebooks: points by tests."""
        return round(sum(notebook.score for notebook in self.notebooks.values()), DIGITS)

    @property
    def max_score(self) -> float:
        """What the tests of all notebooks are worth."""
        return sum(notebook.max_score for notebook in self.notebooks.values())

    @property
    def seconds(self) -> float:
        """How long grading took."""
        return sum(notebook.seconds for notebook in self.notebooks.values())

    @property
    def problem(self) -> str:
        """Why a notebook could not be read; empty when all could."""
        return "; ".join(notebook.problem for notebook in self.notebooks.values() if notebook.problem)

    @property
    def untouched(self) -> bool:
        """Whether no answer of any notebook differs from the release."""
        return bool(self.notebooks) and all(notebook.untouched for notebook in self.notebooks.values())

    @property
    def needs_person(self) -> bool:
        """Whether a person must look at the submission; :meth:`why_a_person` says why."""
        return bool(self.error) or any(notebook.needs_person for notebook in self.notebooks.values())

    def why_a_person(self) -> str:
        """Why somebody must look at it: it could not be read, a test was not run or asked for it, grading crashed."""
        flags = dict.fromkeys(flag for verdict in self.verdicts for flag in verdict.flags)
        reasons = (self.problem, *flags, self._not_run(Status.ERROR), self._not_run(Status.SKIPPED), self._crash())
        return "; ".join(reason for reason in reasons if reason)

    def _not_run(self, status: Status) -> str:
        count = sum(verdict.status is status for verdict in self.verdicts)
        what = f"{count} hidden {'test' if count == 1 else 'tests'}"
        if status is Status.SKIPPED:
            return f"{what} skipped by --quick: grade again without it" if count else ""
        return f"{what} could not be run" if count else ""

    def _crash(self) -> str:
        return f"the grader failed ({self.error.strip().splitlines()[-1]})" if self.error else ""

    def failed_tests(self) -> frozenset[str]:
        """The ids of the hidden tests that did not pass."""
        return frozenset(verdict.test for verdict in self.verdicts if verdict.status is not Status.PASSED)

    def to_json(self) -> Json:
        """All fields, and the totals for whoever reads the file."""
        notebooks = {name: notebook.to_json() for name, notebook in self.notebooks.items()}
        totals = {"score": self.score, "max_score": self.max_score, "needs_person": self.needs_person}
        return {**vars(self), **totals, "notebooks": notebooks}

    @classmethod
    def from_json(cls, found: Json) -> SubmissionResult:
        """The inverse of ``to_json``; the totals are computed again."""
        notebooks = {name: NotebookResult.from_json(part) for name, part in found["notebooks"].items()}
        return cls(found["assignment"], found["student"], notebooks, found["fingerprint"], found["error"])
