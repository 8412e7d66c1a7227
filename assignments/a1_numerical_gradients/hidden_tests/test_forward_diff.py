"""The forward difference: one-sided, first order."""

import numpy as np
from autograder import as_float, assert_close, fail


def test_value_for_large_steps(student):
    """The quotient is taken over exactly the h that is given, even a large one.

    Evaluate f at x + h and at x, and divide by that same h.
    """
    # t**2 gives 2x + h; every number here is a multiple of 1/8, so float64 makes no error at all.
    assert_close(student.forward_diff(lambda t: t**2, 1.5, 0.25), 3.25, rtol=1e-12)


def test_first_order(student):
    """The error halves when h is halved.

    First order means an error of h/2 times the second derivative.
    """
    slope = np.exp(0.5)
    wide, narrow = (abs(as_float(student.forward_diff(np.exp, 0.5, h)) - slope) for h in (0.02, 0.01))
    # The ratio is 2 (1 + h/6 + ...): within one per cent at these h; one tenth leaves room for no other order.
    if not 1.9 * narrow < wide < 2.1 * narrow:
        fail(f"halving h changed the error from {wide:.3g} to {narrow:.3g}", "A forward difference should halve it.")


def test_looks_to_the_right(student):
    """At a kink the forward difference reports the slope on the right-hand side.

    f(x) - f(x - h) is the slope on the left.
    """
    for slope in (1.0, 2.0):
        actual = student.forward_diff(lambda t, slope=slope: slope * abs(t), 0.0, 0.001)
        assert_close(actual, slope, rtol=1e-12)
