"""Groups failed hidden tests by their cause, so that a student reads each cause once, with its consequences below it.

Two failed tests have the same cause if one presupposes the other, or if the student's code stopped in the same way
before there was anything to judge: the same exception on the same line, or the same answer that is not there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from autograder.results.model import Status, Verdict


@dataclass(frozen=True)
class Cause:
    """The failed test that says what is wrong, and those that failed because of it."""

    verdict: Verdict
    consequences: tuple[Verdict, ...] = ()

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """All failed tests of the group."""
        return (self.verdict, *self.consequences)

    @property
    def hint(self) -> str:
        """What to try. A hint explains what its test looks at, so several tests that stopped alike need the same."""
        alike = {verdict.hint for verdict in self.verdicts if verdict.stopped and self.verdict.stopped}
        return self.verdict.hint if len(alike) <= 1 else ""


def causes_of(verdicts: Iterable[Verdict]) -> list[Cause]:
    """Returns the causes of the failed tests among ``verdicts``, in the order of the first test of each."""
    failed = {verdict.test: verdict for verdict in verdicts if verdict.status is Status.FAILED}
    groups: dict[object, list[Verdict]] = {}
    for verdict in failed.values():
        root = _root(verdict, failed)
        key = (root.stopped, root.reason) if root.stopped else root.test
        group = groups.setdefault(key, [])
        group.insert(0 if verdict is root and group and not root.stopped else len(group), verdict)
    return [Cause(group[0], tuple(group[1:])) for group in groups.values()]


def _root(verdict: Verdict, failed: Mapping[str, Verdict]) -> Verdict:
    """Returns the failed test on which this one depends, or itself."""
    for _ in failed:
        above = next((test for test in verdict.presupposes if test in failed), "")
        if not above:
            break
        verdict = failed[above]
    return verdict
