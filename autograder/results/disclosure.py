"""Bounds what a submission can say on its feedback page through the messages of hidden tests.

The student's process knows the hidden inputs, and it determines which of a test's messages appears and which numbers
stand in it. So each message has a size in bits: the logarithm of the number of messages that the process could have
caused in its place. Whatever the code does, all messages of a submission together have at most ``BUDGET`` bits; those
that come later are replaced by a constant sentence. What every verdict tells by itself, one bit for passed or failed
and the points, is not counted.

A message is counted as a code word: ``SENTENCE_BITS`` for one of the few sentences of its test, then what varies
inside the sentence. One that repeats an earlier message of the submission only has to say which. Error maps and curves
share the budget, and get what the sentences leave.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace

from autograder.results import curves, error_map
from autograder.results.model import CheckResult, Status, Verdict

BUDGET = 384
SENTENCE_BITS, UNFINISHED_BITS = 3, 1
"""Of a sentence, and of the one that an answer is not there yet: a code with one short word and four long ones."""
DIGIT_BITS = 4
"""Of a digit in a message: log2(10), and a share of the signs, points and exponents around it."""

EXHAUSTED = "the messages about this submission have reached their limit; correct first what is explained above"


def count_bits(text: str) -> float:
    """Returns the size of a message in which only digits vary; an upper bound when some of them are constant."""
    return SENTENCE_BITS + DIGIT_BITS * sum(character.isdigit() for character in text)


def within_budget(checks: Iterable[CheckResult]) -> tuple[CheckResult, ...]:
    """Returns the checks of a submission without the messages that exceed the budget."""
    budget = _Budget()
    for limit in (_cut, _cut_pictures):
        checks = [
            replace(check, verdicts=tuple(limit(verdict, budget) for verdict in check.verdicts)) for check in checks
        ]
    return tuple(checks)


def _cut(verdict: Verdict, budget: _Budget) -> Verdict:
    notes = tuple(note for note in verdict.notes if budget.spend(note, count_bits(note)))
    if verdict.status is Status.FAILED and not budget.spend(verdict.reason, verdict.bits):
        return replace(verdict, reason=EXHAUSTED, hint="", notes=notes)
    return replace(verdict, notes=notes)


def _cut_pictures(verdict: Verdict, budget: _Budget) -> Verdict:
    def is_shown(rows: tuple[str, ...], size: float) -> bool:
        return verdict.reason != EXHAUSTED and budget.spend("/".join(rows), size)

    if verdict.error_map and not is_shown(verdict.error_map, error_map.bits_of(verdict.error_map)):
        verdict = replace(verdict, error_map=())
    if verdict.curves and not is_shown(verdict.curves, curves.bits_of(verdict.curves)):
        verdict = replace(verdict, curves=())
    return verdict


class _Budget:
    """What the messages of a submission may still say; once one did not fit, no later one is shown."""

    def __init__(self) -> None:
        self._left: float = BUDGET
        self._said: set[str] = set()

    def spend(self, text: str, size: float) -> bool:
        """Returns whether a message of that many bits may be shown, and subtracts them."""
        if text in self._said:
            size = min(size, SENTENCE_BITS + math.log2(len(self._said)))
        self._left = self._left - size if size <= self._left else 0
        self._said.add(text)
        return self._left > 0
