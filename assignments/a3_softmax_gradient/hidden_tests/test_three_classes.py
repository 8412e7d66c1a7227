"""The derivation for three classes: each line is evaluated, none is compared with ours."""

import pytest
from autograder import Derivation
from sympy import Derivative, IndexedBase, Symbol, exp, log

a, yhat, k = IndexedBase("a"), IndexedBase("yhat"), Symbol("k")
TOTAL = exp(a[1]) + exp(a[2]) + exp(a[3])
LOSS = -log(exp(a[2]) / TOTAL)


def points(rng):
    """Three triples of different scores with one decimal, and the one-hot label 2."""
    scores = [[n / 10 for n in rng.choice([*range(-20, 0), *range(1, 21)], 3, replace=False)] for _ in range(3)]
    return [{"a": dict(enumerate(triple, 1)), "y": {1: 0, 2: 1, 3: 0}} for triple in scores]


def derivation(i):
    """From the derivative of the loss with respect to a_i."""
    meaning, name = {yhat[k]: exp(a[k]) / TOTAL}, f"the derivative of the loss with respect to a[{i}]"
    return Derivation(Derivative(LOSS, a[i]), points, where=meaning, called=name, at_least=4)


CASES = {"other_class": derivation(1), "label_class": derivation(2)}
both = pytest.mark.parametrize("name", CASES)


def is_joined(node):
    """Whether a node is a logarithm that can still be split."""
    return node.head == "log" and node.args[0].head in ("Mul", "Pow", "Indexed")


def is_start(line):
    """A derivative that has not been taken, of a logarithm that has not been split."""
    return line.has("Derivative") and any(is_joined(node) for node in line.walk())


def is_split(line):
    """A derivative is still to be taken, and no logarithm is left to be split."""
    return line.has("Derivative") and not any(is_joined(node) for node in line.walk())


def is_carried_out(line):
    """The derivative has been taken and the exponentials are still there."""
    return line.has("exp") and not line.has("Derivative", "log")


def read(student, name, rng):
    """The student's lines of one case."""
    return CASES[name].of(student, name, rng)


@both
def test_the_start(student, rng, name):
    """Both derivations start with the derivative of the given loss.

    Line 1 is Derivative(loss_3, a[1]) in one list and Derivative(loss_3, a[2]) in the other, as given.
    """
    read(student, name, rng).assert_starts(is_start, hint="Write Derivative(loss_3, a[...]) and nothing else.")


@pytest.mark.presupposes("test_the_start")
def test_first_half_of_the_other_class(student, rng):
    """When i is not the label: each line of the first half equals the line above it.

    When a[1] moves, a[2] stands still.
    """
    read(student, "other_class", rng).assert_follows(first_half=True)


@pytest.mark.presupposes("test_the_start", "test_first_half_of_the_other_class")
def test_every_line_of_the_other_class(student, rng):
    """When i is not the label: every line equals the line above it.

    check_lines in the notebook shows both values. Which sign, which factor, which index has changed?
    """
    read(student, "other_class", rng).assert_follows()


@pytest.mark.presupposes("test_the_start")
def test_first_half_of_the_label_class(student, rng):
    """When i is the label: each line of the first half equals the line above it.

    The score of the label appears twice, in the numerator and in the denominator.
    """
    read(student, "label_class", rng).assert_follows(first_half=True)


@pytest.mark.presupposes("test_the_start", "test_first_half_of_the_label_class")
def test_every_line_of_the_label_class(student, rng):
    """When i is the label: every line equals the line above it.

    check_lines in the notebook shows both values. Which sign, which factor, which index has changed?
    """
    read(student, "label_class", rng).assert_follows()


@pytest.mark.presupposes("test_the_start")
@both
def test_the_logarithm_goes_before_the_derivative(student, rng, name):
    """There is a line in which the logarithm of the quotient is gone and a derivative is still to be taken.

    Split the logarithm, or differentiate it by the chain rule and keep the derivative of the quotient.
    """
    read(student, name, rng).assert_passes(
        is_split, "no line between the first and the last has a Derivative without the logarithm of a quotient"
    )


@pytest.mark.presupposes("test_the_start")
@both
def test_the_derivative_is_carried_out(student, rng, name):
    """There is a line in which the derivative has been taken and the exponentials are still there.

    Show what the derivative of the sum of exponentials is, before you call the quotient yhat.
    """
    read(student, name, rng).assert_passes(
        is_carried_out, "no line between the first and the last has exponentials and neither Derivative nor log"
    )


@pytest.mark.weight(2)
@both
def test_the_end(student, rng, name):
    """The last line of each list is its part of the gradient, written in yhat, y and numbers alone.

    One of them is a single yhat, and in the other something is subtracted.
    """
    read(student, name, rng).assert_ends({"yhat", "y"})


@pytest.mark.presupposes("test_the_start")
@both
def test_no_repeated_line(student, rng, name):
    """No line repeats the line above it.

    SymPy tidies what you type, so two lines may have become one.
    """
    read(student, name, rng).assert_no_repeats()
