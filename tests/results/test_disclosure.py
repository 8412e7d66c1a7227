"""What a feedback page may say in bits: honest mistakes are explained, a hostile process runs out."""

from typing import Any

import numpy as np
import pytest

from autograder.results.disclosure import BUDGET, EXHAUSTED, count_bits, within_budget
from autograder.results.model import CheckResult, Status, Verdict


def check(*verdicts: Verdict) -> CheckResult:
    return CheckResult.of("test_f", 10.0, verdicts)


def failed(reason: str, bits: float, **fields: Any) -> Verdict:
    return Verdict("test_f::test_x", "It holds.", 1.0, Status.FAILED, reason, "Look.", bits=bits, **fields)


def reasons(*verdicts: Verdict) -> list[str]:
    halves = check(*verdicts[::2]), check(*verdicts[1::2])
    first, second = within_budget(halves)
    merged: list[str] = [""] * len(verdicts)
    merged[::2], merged[1::2] = [v.reason for v in first.verdicts], [v.reason for v in second.verdicts]
    return merged


def test_a_digit_has_four_bits_and_a_sentence_three() -> None:
    assert count_bits("the value is off") == 3
    assert count_bits("2 of 30 entries are off: 1e-07") == 3 + 4 * 6


def test_ordinary_messages_are_left_alone() -> None:
    checks = (check(failed("it is 12", 11.0), Verdict("a", "b", 1.0, Status.PASSED, notes=("97.31 %",))), check())
    assert within_budget(checks) == checks


def test_every_message_of_an_unfinished_notebook_is_shown() -> None:
    verdicts = [failed(f"`f{n % 12}` is not implemented yet", 1.0) for n in range(100)]
    assert reasons(*verdicts) == [verdict.reason for verdict in verdicts]


def test_later_messages_are_replaced_when_the_budget_is_spent_whatever_the_check() -> None:
    verdicts = [failed(f"it is {n:020}", 83.0) for n in range(10)]
    cut, fits = within_budget([check(verdict) for verdict in verdicts]), BUDGET // 83
    assert [result.verdicts[0].reason for result in cut] == [v.reason for v in verdicts[:fits]] + [EXHAUSTED] * (
        10 - fits
    )
    assert {result.verdicts[0].hint for result in cut[fits:]} == {""}
    assert [result.score for result in cut] == [0.0] * 10


def test_a_repeated_message_says_which_one_it_repeats() -> None:
    said = [failed("it is 31337", 23.0)] * 60
    assert reasons(*said) == ["it is 31337"] * 60
    said = [failed("it is 31337", 23.0)] * 200
    assert EXHAUSTED in reasons(*said)


def test_notes_count_too() -> None:
    notes = tuple(f"mean {n:020}" for n in range(10))
    (cut,) = within_budget([check(Verdict("a", "b", 1.0, Status.PASSED, notes=notes))])
    assert cut.verdicts[0].notes == notes[: BUDGET // 83]


@pytest.mark.parametrize("seed", range(20))
def test_whatever_is_sent_the_messages_shown_stay_within_the_budget(seed: int) -> None:
    rng = np.random.default_rng(seed)
    verdicts = [failed(f"it is {rng.integers(10**9)}", 3 + float(rng.uniform(0, 60))) for _ in range(60)]
    cut = within_budget([check(*verdicts)])[0].verdicts
    assert sum(verdict.bits for verdict in cut if verdict.reason != EXHAUSTED) <= BUDGET
