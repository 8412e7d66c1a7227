"""The forward difference: one-sided, first order."""

import numpy as np
import pytest
from autograder import as_float, assert_close, fail


@np.errstate(all="ignore")  # a student may ask at nan or inf
def exponential(t):
    """The exponential function, which is its own derivative."""
    return np.exp(t)


def test_value_for_large_steps(student):
    """The quotient is taken over exactly the h that is given, even a large one.

    Evaluate f at x + h and at x, and divide by that same h.
    """
    # (e^(x + h) - e^x) / h is e^x (e^h - 1) / h; the difference loses no digit at an h this large.
    assert_close(student.forward_diff(exponential, 0.7, 0.3), float(np.exp(0.7) * np.expm1(0.3) / 0.3), rtol=1e-12)


@pytest.mark.presupposes("test_value_for_large_steps")
def test_first_order(student):
    """The error halves when h is halved.

    First order means an error of h/2 times the second derivative.
    """
    slope = np.exp(0.5)
    wide, narrow = (abs(as_float(student.forward_diff(exponential, 0.5, h)) - slope) for h in (0.02, 0.01))
    # The ratio is 2 (1 + h/6 + ...): within one per cent at these h; one tenth leaves room for no other order.
    if not 1.9 * narrow < wide < 2.1 * narrow:
        fail(f"halving h changed the error from {wide:.3g} to {narrow:.3g}", "A forward difference should halve it.")


def test_looks_to_the_right(student):
    """At a kink the forward difference reports the slope on the right-hand side.

    f(x) - f(x - h) is the slope on the left.
    """
    for left, right in ((-0.6, 1.7), (0.8, -1.3)):
        actual = student.forward_diff(
            lambda t, left=left, right=right: 2.1 + (right if t > 0.3 else left) * (t - 0.3), 0.3, 0.01
        )
        # Values near 2 are rounded at 4e-16 and divided by h; a smaller step, which another test catches, divides by less.
        assert_close(actual, right, rtol=1e-6)
