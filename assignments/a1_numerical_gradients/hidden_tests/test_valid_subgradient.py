"""Subgradients of ReLU and of the absolute value."""

import pytest
from autograder import as_bool, assert_raises, fail


def judge(student, kind, verdicts):
    """Compares the answers with a table of (x, g, expected)."""
    for x, g, expected in verdicts:
        if as_bool(student.valid_subgradient(kind, x, g)) != expected:
            fail(f"a slope that is {'valid' if expected else 'not valid'} was judged otherwise")


@pytest.mark.parametrize(("kind", "lowest"), [("relu", 0.0), ("abs", -1.0)])
def test_interval_at_zero(student, kind, lowest):
    """At 0 every slope from that on the left to that on the right is valid, both included, and no other.

    For ReLU that is a closed interval of length 1, for the absolute value one of length 2.
    """
    inside = [(0.0, g, True) for g in (lowest, lowest + 0.3, 0.7, 1.0)]
    outside = [(0.0, g, False) for g in (lowest - 0.001, 1.001)]
    judge(student, kind, inside + outside)


@pytest.mark.parametrize(("kind", "left"), [("relu", 0.0), ("abs", -1.0)])
def test_away_from_zero(student, kind, left):
    """Away from 0 only the slope itself is valid.

    The interval belongs to the kink alone.
    """
    for size in (0.4, 2.7):
        judge(student, kind, [(size, 1.0, True), (size, 0.5, False), (size, left, False), (size, 1.2, False)])
        judge(student, kind, [(-size, left, True), (-size, 0.5, False), (-size, 1.0, False)])
        judge(student, kind, [(-size, left - 0.2, False)])


def test_zero_means_zero(student):
    """A tiny number is not 0, and has an ordinary slope.

    Compare x with 0 exactly; a tolerance would move the kink.
    """
    judge(student, "relu", [(1e-300, 0.5, False), (1e-300, 1.0, True), (-1e-300, 0.0, True), (-1e-300, 0.5, False)])


def test_other_functions(student):
    """A kind that is neither "relu" nor "abs" raises a ValueError.

    Check the kind before you compute anything.
    """
    for x in (0.0, 1.3, -0.7):
        assert_raises(ValueError, student.valid_subgradient, "tanh", x, 0.5)
    judge(student, "relu", [(2.0, 1.0, True), (2.0, 1.5, False)])
