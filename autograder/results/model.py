"""The results of grading, from one hidden test up to a submission, and their JSON form.

    SubmissionResult            one student's submission of an assignment
      └─ NotebookResult         one notebook of it
           └─ CheckResult       one graded cell: points and score
                └─ Verdict      one hidden test: passed, failed, skipped or error

Each class has ``to_json`` and ``from_json``. Totals are computed here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from enum import Enum
from typing import Any

Json = dict[str, Any]

DIGITS = 6
"""Decimal places of a score: enough for partial points to add up, few enough for equal scores to compare equal."""


def format_points(points: float) -> str:
    """Returns points as people read them, with at most two decimal places: 86.33, 20, 0."""
    text = f"{points:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def who_grades(points: float, by_hand: float) -> str:
    """Returns how points are divided, "96 graded by tests, 4 by hand"; empty where tests grade everything."""
    return f"{format_points(points - by_hand)} graded by tests, {format_points(by_hand)} by hand" if by_hand else ""


_PLAIN = {"str": str, "bool": bool}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _plain(cls: type, values: Json) -> Json:
    """Returns the JSON form of a ``cls`` if its texts, numbers and lists of texts are such; raises TypeError if not."""
    for name, kind in ((part.name, str(part.type)) for part in fields(cls)):
        if name not in values:
            continue
        value = values[name]
        if kind == "float" and not _is_number(value):
            raise TypeError(f"{name} is not a number")
        if kind in _PLAIN and not isinstance(value, _PLAIN[kind]):
            raise TypeError(f"{name} is not a {kind}")
        if kind == "tuple[str, ...]" and not (isinstance(value, list) and all(isinstance(item, str) for item in value)):
            raise TypeError(f"{name} is not a list of texts")
        if kind == "Mapping[str, float]" and not (isinstance(value, dict) and all(map(_is_number, value.values()))):
            raise TypeError(f"{name} is not a table of numbers")
    return values


_LISTS = ("notes", "flags", "presupposes", "error_map", "curves")
"""The fields of a verdict that are lists in JSON."""


class Status(str, Enum):
    """The outcome of a hidden test, in pytest's words.

    A test that *failed* costs the student points. One that was *skipped* (by ``--quick``) or ended in an *error* (the
    test itself is broken) costs points too, but flags the submission, so that an instructor looks at it.
    """

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"
    ERROR = "error"


@dataclass(frozen=True)
class Verdict:
    """The outcome of one hidden test for one student.

    ``reason``, ``hint`` and ``notes`` are shown to the student; ``detail`` and ``flags`` only to instructors.
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
    """The part of the weight that a failed test still earns: at least 0 and below 1."""
    notes: tuple[str, ...] = ()
    """Lines that the student reads whatever the outcome."""
    flags: tuple[str, ...] = ()
    """Reasons for an instructor to look at the submission, whatever the outcome."""
    bits: float = 0.0
    """How much the student's process could say by the reason: see :mod:`autograder.results.disclosure`."""
    presupposes: tuple[str, ...] = ()
    """The ids of tests of which this one is a consequence: when one of them fails, it says nothing new."""
    stopped: str = ""
    """Why there was nothing to judge: ``unanswered``, ``exception`` or ``unusable`` (None, say); else empty."""
    error_map: tuple[str, ...] = ()
    """Which entries of an array are off: see :mod:`autograder.results.error_map`."""
    curves: tuple[str, ...] = ()
    """The expected curve and the student's: see :mod:`autograder.results.curves`."""

    @property
    def earned(self) -> float:
        """The part of the weight that the student earns."""
        return self.weight * (1.0 if self.status is Status.PASSED else self.share)

    @property
    def was_run(self) -> bool:
        """Whether the test ran to the end and passed or failed."""
        return self.status in (Status.PASSED, Status.FAILED)

    def to_json(self) -> Json:
        """Returns all fields."""
        lists = {key: list(getattr(self, key)) for key in _LISTS}
        return {**vars(self), "status": self.status.value, **lists}

    @classmethod
    def from_json(cls, fields: Json) -> Verdict:
        """Inverts ``to_json``; raises KeyError, TypeError or ValueError for anything else than its result."""
        lists = {key: tuple(fields[key]) for key in _LISTS}
        return cls(**{**_plain(cls, fields), "status": Status(fields["status"]), **lists})


@dataclass(frozen=True)
class CheckResult:
    """What a graded cell earned and why; a ``classic`` one was scored by its outputs, as nbgrader does."""

    grade_id: str
    points: float
    score: float
    verdicts: tuple[Verdict, ...] = ()
    classic: bool = False
    graded_with: str = ""
    """The data and the device that the check was graded with; empty where its tests use no data."""

    @classmethod
    def of(cls, grade_id: str, points: float, verdicts: tuple[Verdict, ...], graded_with: str = "") -> CheckResult:
        """Creates the result of a check whose points are divided among its hidden tests by weight."""
        weight = sum(verdict.weight for verdict in verdicts)
        earned = sum(verdict.earned for verdict in verdicts)
        score = round(points * earned / weight, DIGITS) if weight else 0.0
        return cls(grade_id, points, score, verdicts, graded_with=graded_with)

    @property
    def needs_person(self) -> bool:
        """Whether a hidden test was not run or was flagged, so that an instructor must look at the submission."""
        return any(verdict.flags or not verdict.was_run for verdict in self.verdicts)

    def to_json(self) -> Json:
        """Returns all fields."""
        return {**vars(self), "verdicts": [verdict.to_json() for verdict in self.verdicts]}

    @classmethod
    def from_json(cls, fields: Json) -> CheckResult:
        """Inverts ``to_json``; raises as :meth:`Verdict.from_json` does."""
        return cls(**{**_plain(cls, fields), "verdicts": tuple(map(Verdict.from_json, fields["verdicts"]))})


@dataclass(frozen=True)
class NotebookResult:
    """The result of grading one notebook of a student."""

    checks: tuple[CheckResult, ...]
    outputs: Mapping[str, list[Json]] = field(default_factory=dict)
    """The outputs of the cells that ran, by cell id; stored in the graded notebook, not in JSON."""
    notes: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    """Further reasons why a person must look at it; they are shown to instructors."""
    problem: str = ""
    """Why the notebook could not be read; empty when it could."""
    isolation: str = ""
    seconds: float = 0.0
    cell_seconds: Mapping[str, float] = field(default_factory=dict)
    """How long the cells that ran took, by grade id; empty in results of earlier versions."""
    untouched: bool = False
    """Whether no answer differs from the release."""
    written: Mapping[str, str] = field(default_factory=dict)
    """A hash of each answer that a person grades, by grade id: the grade of one that has not changed is still right."""

    @property
    def score(self) -> float:
        """The sum of the scores of its checks."""
        return round(sum(check.score for check in self.checks), DIGITS)

    @property
    def max_score(self) -> float:
        """The points of its checks; written answers are not included."""
        return sum(check.points for check in self.checks)

    @property
    def needs_person(self) -> bool:
        """Whether a hidden test was not run or was flagged, or the notebook was, or could not be read."""
        return bool(self.problem or self.flags) or any(check.needs_person for check in self.checks)

    def to_json(self) -> Json:
        """Returns all fields but the outputs."""
        fields = {key: value for key, value in vars(self).items() if key != "outputs"}
        lists: Json = {"checks": [check.to_json() for check in self.checks]}
        lists |= {"notes": list(self.notes), "flags": list(self.flags)}
        return {**fields, **lists, "cell_seconds": dict(self.cell_seconds), "written": dict(self.written)}

    @classmethod
    def from_json(cls, fields: Json) -> NotebookResult:
        """Inverts ``to_json`` except for the outputs; raises as :meth:`Verdict.from_json` does."""
        checks = tuple(map(CheckResult.from_json, fields["checks"]))
        later = {"written": dict(fields.get("written", {})), "flags": tuple(fields.get("flags", ()))}
        return cls(**{**_plain(cls, fields), "checks": checks, "notes": tuple(fields["notes"]), **later})


@dataclass(frozen=True)
class SubmissionResult:
    """The result of grading a student's submission of an assignment, with all its notebooks."""

    assignment: str
    student: str
    notebooks: Mapping[str, NotebookResult]
    fingerprint: str = ""
    """A hash of everything the scores depend on; empty when grading did not complete and must be repeated."""
    error: str = ""
    """The traceback if the grader itself crashed."""

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
        """The points earned by tests: the sum of the scores of its notebooks."""
        return round(sum(notebook.score for notebook in self.notebooks.values()), DIGITS)

    @property
    def max_score(self) -> float:
        """The points of the checks of all notebooks."""
        return sum(notebook.max_score for notebook in self.notebooks.values())

    @property
    def seconds(self) -> float:
        """How many seconds grading took."""
        return sum(notebook.seconds for notebook in self.notebooks.values())

    @property
    def problem(self) -> str:
        """Why notebooks could not be read; empty when all could."""
        return "; ".join(notebook.problem for notebook in self.notebooks.values() if notebook.problem)

    @property
    def untouched(self) -> bool:
        """Whether no answer of any notebook differs from the release."""
        return bool(self.notebooks) and all(notebook.untouched for notebook in self.notebooks.values())

    @property
    def needs_person(self) -> bool:
        """Whether an instructor must look at the submission; :meth:`why_needs_person` says why."""
        return bool(self.error) or any(notebook.needs_person for notebook in self.notebooks.values())

    def why_needs_person(self) -> str:
        """Returns why: an unreadable notebook, a test that was flagged or not run, a crash; empty if nothing."""
        flags = dict.fromkeys(flag for notebook in self.notebooks.values() for flag in notebook.flags)
        flags |= dict.fromkeys(flag for verdict in self.verdicts for flag in verdict.flags)
        reasons = (
            self.problem,
            *flags,
            self._not_run(Status.ERROR),
            self._not_run(Status.SKIPPED),
            self._crash(),
        )
        return "; ".join(reason for reason in reasons if reason)

    def _not_run(self, status: Status) -> str:
        count = sum(verdict.status is status for verdict in self.verdicts)
        what = f"{count} hidden {'test' if count == 1 else 'tests'}"
        if status is Status.SKIPPED:
            return f"{what} skipped by --quick: grade again without it" if count else ""
        return f"{what} could not be run" if count else ""

    def _crash(self) -> str:
        lines = self.error.strip().splitlines() or ["no reason is known"]
        return f"the grader failed ({lines[-1]})" if self.error else ""

    def failed_tests(self) -> frozenset[str]:
        """Returns the ids of the hidden tests that did not pass."""
        return frozenset(verdict.test for verdict in self.verdicts if verdict.status is not Status.PASSED)

    def to_json(self) -> Json:
        """Returns all fields, and the totals for readers of the file."""
        notebooks = {name: notebook.to_json() for name, notebook in self.notebooks.items()}
        totals = {"score": self.score, "max_score": self.max_score, "needs_person": self.needs_person}
        return {**vars(self), **totals, "notebooks": notebooks}

    @classmethod
    def from_json(cls, fields: Json) -> SubmissionResult:
        """Inverts ``to_json``, ignoring the totals; raises as :meth:`Verdict.from_json` does."""
        notebooks = {name: NotebookResult.from_json(part) for name, part in _plain(cls, fields)["notebooks"].items()}
        return cls(fields["assignment"], fields["student"], notebooks, fields["fingerprint"], fields["error"])
