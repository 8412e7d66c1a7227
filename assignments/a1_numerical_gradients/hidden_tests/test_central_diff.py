"""The central difference: symmetric, second order."""

import numpy as np
import pytest
from autograder import as_float, assert_close, fail


@np.errstate(all="ignore")  # a student may ask at nan or inf
def exponential(t):
    """The exponential function, which is its own derivative."""
    return np.exp(t)


def test_second_order(student):
    """The error falls to a quarter when h is halved.

    If it falls to one half, one of the two points is x itself; if it does not fall, look at the denominator.
    """
    slope = np.exp(0.5)
    wide, narrow = (abs(as_float(student.central_diff(exponential, 0.5, h)) - slope) for h in (0.02, 0.01))
    # The ratio is 4 (1 + O(h^2)), for steps of h/2 too; round-off is six orders below the error.
    if not 3.8 * narrow < wide < 4.2 * narrow:
        fail(f"halving h changed the error from {wide:.3g} to {narrow:.3g}", "A central difference should quarter it.")


@pytest.mark.presupposes("test_second_order")
def test_exact_on_parabolas(student):
    """The slope of a parabola comes out exactly, however large h is.

    Its third derivative is zero, and so is the error. How far apart are your two points?
    """
    # The slope is 6.2 t - 0.7. Round-off is 1e-15; h = 1/2 would forgive a missing 2h.
    assert_close(student.central_diff(lambda t: 3.1 * t**2 - 0.7 * t + 2, 1.3, 0.4), 7.36, rtol=1e-12)


@pytest.mark.presupposes("test_second_order")
def test_averages_the_sides_of_a_kink(student):
    """At a kink the central difference reports the mean of the two one-sided slopes.

    Step to both sides by the same amount.
    """
    for left, right in ((-0.6, 1.7), (0.8, -1.3)):
        actual = student.central_diff(
            lambda t, left=left, right=right: 2.1 + (right if t > 0.3 else left) * (t - 0.3), 0.3, 0.01
        )
        # Values near 2 are rounded at 4e-16 and divided by h; a smaller step, which another test catches, divides by less.
        assert_close(actual, (left + right) / 2, rtol=1e-6)
