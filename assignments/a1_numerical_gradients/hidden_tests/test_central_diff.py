"""The central difference: symmetric, second order."""

import numpy as np
from autograder import as_float, assert_close, fail


def test_second_order(student):
    """The error falls to a quarter when h is halved.

    If it falls to one half, one of the two points is x itself; if it does not fall, look at the denominator.
    """
    slope = np.exp(0.5)
    wide, narrow = (abs(as_float(student.central_diff(np.exp, 0.5, h)) - slope) for h in (0.02, 0.01))
    # The ratio is 4 (1 + O(h^2)), for steps of h/2 too; round-off is six orders below the error.
    if not 3.8 * narrow < wide < 4.2 * narrow:
        fail(f"halving h changed the error from {wide:.3g} to {narrow:.3g}", "A central difference should quarter it.")


def test_exact_on_parabolas(student):
    """The slope of a parabola comes out exactly, however large h is.

    Its third derivative is zero, and so is the error. How far apart are your two points?
    """
    # Multiples of 1/4 throughout: nothing is rounded.
    assert_close(student.central_diff(lambda t: 3 * t**2 - t + 2, 1.5, 0.5), 8.0, rtol=1e-12)


def test_averages_the_sides_of_a_kink(student):
    """At a kink the central difference reports the mean of the two one-sided slopes.

    Step to both sides by the same amount.
    """
    for slope in (1.0, 2.0):
        actual = student.central_diff(lambda t, slope=slope: slope * max(t, 0.0), 0.0, 0.001)
        assert_close(actual, slope / 2, rtol=1e-12)
