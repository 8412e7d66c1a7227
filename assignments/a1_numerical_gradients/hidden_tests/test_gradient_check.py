"""The gradient check: a verdict, and the place of the worst entry."""

import numpy as np
import pytest
from autograder import as_array, as_bool, fail, unpack

# Planted errors are three times tol or more, unless a comment says otherwise, and right gradients are a hundred times better than tol: a checker
# with any sensible numerical gradient, forward or central, decides the same.
TOL = 1e-3


def planted(gradient, index, factor):
    """The given gradient with one entry multiplied by a factor."""

    def wrong(p):
        claim = gradient(np.asarray(p))
        claim[index] *= factor
        return claim

    return wrong


def squares(weights):
    """A weighted sum of squares, and its gradient."""
    return (lambda p: float(np.sum(weights * np.asarray(p) ** 2))), (lambda p: 2 * weights * np.asarray(p))


def both_signs(rng, *shape):
    """Numbers from 1 to 2 whose signs alternate like the fields of a chessboard."""
    return rng.uniform(1.0, 2.0, shape) * (-1.0) ** np.indices(shape).sum(axis=0)


def verdict(student, f, claim, x, tol=TOL):
    """The first of the pair that gradient_check returns."""
    ok, _ = unpack(student.gradient_check(f, claim, x, tol), 2)
    return as_bool(ok)


def position(value):
    """The index that was returned, as a tuple of integers; a bare integer will do for a vector."""
    return tuple(as_array(value).ravel().tolist())


def test_right_gradients(student, rng):
    """A right gradient is accepted, and one that is wrong everywhere is not.

    Differences are never exact: compare relative errors with tol.
    """
    f, g = squares(rng.uniform(1.0, 2.0, 4))
    x = both_signs(rng, 4)
    if not verdict(student, f, g, x):
        fail("a right gradient was rejected")
    if any(verdict(student, f, lambda p, factor=factor: factor * g(p), x) for factor in (3, -1)):
        fail("a gradient that is wrong in every entry was accepted")


@pytest.mark.presupposes("test_right_gradients")
def test_zero_entries(student):
    """Where an entry of the gradient is zero, round-off is accepted, and a claim that is off by more is not.

    Without a floor, 1e-9 is as far from 0 as 1 is; with eps = 1e-3 the error is the difference divided by 1e-3.
    """
    # Central differences of 10 p^3 at 0 give 10 h^2, which is 1e-9 and not 0; one-sided ones are no worse. A claim
    # of 1.6e-6 there is an error of 1.6e-3, one of 0.6e-6 an error of 0.6e-3: clear of TOL on either side.
    for claim, expected in ((0.0, True), (0.6e-6, True), (1.6e-6, False), (-0.6e-6, True), (-1.6e-6, False)):
        ok = verdict(
            student,
            lambda p: float(np.sum(10 * p**3)),
            lambda p, claim=claim: 30 * p**2 + np.array([0.0, claim, 0.0]),
            np.array([0.7, 0.0, -0.4]),
        )
        if ok != expected:
            fail(
                f"at a zero entry, a claim that should be {'accepted' if expected else 'rejected'} was not",
                "Pass eps = 1e-3 to the relative error.",
            )


@pytest.mark.presupposes("test_right_gradients")
def test_one_wrong_entry_in_a_matrix(student, rng):
    """One wrong entry in a matrix is noticed, and its row and column are named.

    np.argmax counts through the flattened array; np.unravel_index turns the count into a position.
    """
    f, g = squares(rng.uniform(1.0, 2.0, (3, 4)))
    x = both_signs(rng, 3, 4)
    if not verdict(student, f, g, x):
        fail("the gradient without the wrong entry was rejected")
    # The claim is too small, too small and too large: half of a slope below zero is too large.
    for index, factor in (((2, 1), 1.5), ((0, 2), 0.5), ((1, 2), 0.5)):
        ok, worst = unpack(student.gradient_check(f, planted(g, index, factor), x, TOL), 2)
        if as_bool(ok):
            fail("a gradient with one wrong entry was accepted")
        if position(worst) != index:
            fail(
                "the worst entry is somewhere else", "Return one integer for each axis, so that x[worst] is that entry."
            )


@pytest.mark.presupposes("test_right_gradients")
def test_tol_decides(student, rng):
    """The same slightly wrong gradient passes with a generous tol and fails with a strict one.

    The verdict is: largest relative error at most tol.
    """
    f, g = squares(rng.uniform(200.0, 250.0, 8))
    x = rng.uniform(1.0, 1.2, 8) * [1, -1, 1, -1, 1, -1, 1, -1]
    # Slopes are 400 or more: the differences are 20 or more, and the relative errors 0.048 and 0.05.
    for off_by_five_per_cent in (planted(g, 5, 1.05), planted(g, 2, 0.95)):
        for tol, expected in ((0.08, True), (0.015, False)):
            if verdict(student, f, off_by_five_per_cent, x, tol) != expected:
                fail(f"a gradient that is off by 5 % in one entry gives {not expected} with tol = {tol}")


@pytest.mark.presupposes("test_right_gradients")
def test_worst_is_relative(student):
    """The worst entry is the one with the largest relative error.

    A small entry that is off by half is worse than a large one that is off by one per cent.
    """
    f, g = squares(np.array([100.0, 0.5, 1.0, 0.2]))
    # Entry 0 is off by the most, entry 1 by one half of itself, entry 2 by a quarter; entry 3 is the smallest, and right.
    claim, x = planted(planted(planted(g, 0, 1.01), 1, 0.5), 2, 1.3), np.array([1.5, -0.9, 1.3, 0.7])
    if not verdict(student, f, g, x):
        fail("the right gradient was rejected")
    ok, worst = unpack(student.gradient_check(f, claim, x, TOL), 2)
    if as_bool(ok) or position(worst) != (1,):
        fail(
            "the worst entry is not where the relative error is largest",
            "A large entry was off by more, in absolute terms.",
        )


@pytest.mark.presupposes("test_right_gradients")
def test_nan_is_never_right(student, rng):
    """A gradient that contains nan is rejected, though the other entries are right.

    Every comparison with nan is False: ask whether the errors are small, not whether any is large.
    """
    f, g = squares(rng.uniform(1.0, 2.0, 4))
    x = both_signs(rng, 4)
    if not verdict(student, f, g, x):
        fail("the same gradient without the nan was rejected")
    if verdict(student, f, planted(g, 1, np.nan), x):
        fail("a gradient with a nan was accepted")
