"""The derivation for any number of classes: evaluated for two, three and four of them, with soft labels."""

from fractions import Fraction

import numpy as np
import pytest
from autograder import Derivation
from sympy import Derivative, IndexedBase, Sum, exp, log, symbols

a, y, yhat = map(IndexedBase, ["a", "y", "yhat"])
i, j, k, C = symbols("i j k C")
TOTAL = Sum(exp(a[j]), (j, 1, C))
LOSS = -Sum(y[k] * log(exp(a[k]) / TOTAL), (k, 1, C))


def point(rng, classes, index):
    """Different scores with one decimal, and a label distribution in tenths that sums to exactly 1."""
    scores = rng.choice([*range(-20, 0), *range(1, 21)], classes, replace=False)
    cuts = np.sort(rng.choice(range(1, 10), classes - 1, replace=False))
    shares = np.diff([0, *cuts, 10])
    return {
        "C": classes,
        "i": index,
        "a": {n: int(score) / 10 for n, score in enumerate(scores, 1)},
        "y": {n: Fraction(int(share), 10) for n, share in enumerate(shares, 1)},
    }


def points(rng):
    """The first, the last and a middle index; a slip of one index for another shows at one of them."""
    return [point(rng, 3, 2), point(rng, 2, 1), point(rng, 4, 4)]


DERIVATION = Derivation(
    Derivative(LOSS, a[i]),
    points,
    where={yhat[k]: exp(a[k]) / TOTAL},
    called="the derivative of the loss",
    at_least=4,
)


def is_joined(node):
    """Whether a node is a logarithm that can still be split."""
    return node.head == "log" and node.args[0].head in ("Mul", "Pow", "Indexed")


def is_start(line):
    """A derivative that has not been taken, of a logarithm that has not been split."""
    return line.has("Derivative") and any(is_joined(node) for node in line.walk())


def is_split(line):
    """A derivative is still to be taken, and no logarithm is left to be split."""
    return line.has("Derivative") and not any(is_joined(node) for node in line.walk())


def read(student, rng):
    """The student's lines."""
    return DERIVATION.of(student, "any_classes", rng)


@pytest.mark.weight(0.5)
def test_the_start(student, rng):
    """The derivation starts with the derivative of the given loss.

    Line 1 is Derivative(loss_C, a[i]), as given.
    """
    read(student, rng).assert_starts(is_start, hint="Write Derivative(loss_C, a[i]) and nothing else.")


@pytest.mark.presupposes("test_the_start")
def test_first_half(student, rng):
    """Each line of the first half equals the line above it, for any C, i and labels that sum to 1.

    In Sum(f, (k, 1, C)) the letter k is bound: use another one for what stays fixed.
    """
    read(student, rng).assert_follows(first_half=True)


@pytest.mark.presupposes("test_the_start", "test_first_half")
def test_every_line(student, rng):
    """Every line equals the line above it, for any C, i and labels that sum to 1.

    The labels may be soft: all that is known is that they sum to 1. A Kronecker delta picks one term of a sum.
    """
    read(student, rng).assert_follows()


@pytest.mark.presupposes("test_the_start")
@pytest.mark.weight(0.5)
def test_the_logarithm_goes_before_the_derivative(student, rng):
    """There is a line in which the logarithm of the quotient is gone and a derivative is still to be taken.

    Split the logarithm, or differentiate it by the chain rule and keep the derivative of the quotient.
    """
    read(student, rng).assert_passes(
        is_split, "no line between the first and the last has a Derivative without the logarithm of a quotient"
    )


@pytest.mark.presupposes("test_the_start")
@pytest.mark.weight(0.5)
def test_the_kronecker_delta_appears(student, rng):
    """There is a line in which the derivative of one score with respect to another is a Kronecker delta.

    The derivative of a[k] with respect to a[i] is KroneckerDelta(i, k); in the sum over k it then picks k = i.
    """
    read(student, rng).assert_passes(
        lambda line: line.has("KroneckerDelta"), "no line between the first and the last has a KroneckerDelta"
    )


def test_the_end(student, rng):
    """The last line is the gradient, written in yhat, y and i alone.

    The exponentials over their sum are yhat, and the labels sum to 1.
    """
    read(student, rng).assert_ends({"yhat", "y", "i"})


@pytest.mark.presupposes("test_the_start")
@pytest.mark.weight(0.5)
def test_no_repeated_line(student, rng):
    """No line repeats the line above it.

    SymPy tidies what you type, so two lines may have become one.
    """
    read(student, rng).assert_no_repeats()
