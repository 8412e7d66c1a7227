"""The step study: a V with slopes 1 and 2 on the right, -1 on the left."""

import mpmath
import numpy as np
from autograder import as_array, assert_finite, fail, watch

AT = 0.75  # float32 holds it exactly


@np.errstate(all="ignore")  # a student may ask at nan or inf
def ripple(t):
    """exp(t) sin(2t): its second and third derivative are far from zero at AT."""
    return np.exp(t) * np.sin(2 * t)


def ripple_slope(t):
    """The derivative of ripple, as the student gets it."""
    return np.exp(t) * (np.sin(2 * t) + 2 * np.cos(2 * t))


def study(student, hs, dtype, f=ripple):
    """The table that the student returns, with a check of its shape."""
    errors = as_array(student.step_study(f, ripple_slope, AT, np.array(hs), dtype), shape=(2, len(hs)))
    assert_finite(errors)
    return errors


def order(hs, errors):
    """The slope of the error on log-log axes; errors of zero count as 1e-18, below anything float64 can show."""
    return float(np.polyfit(np.log(hs), np.log(np.maximum(np.abs(errors), 1e-18)), 1)[0])


def test_errors_in_the_order_of_the_steps(student):
    """Column j belongs to step j, in the order that was given; row 0 is forward and row 1 is central.

    Do not sort the steps. An error is the absolute difference from the true slope, never negative.
    """
    hs = [1e-2, 1e-1, 3e-2]
    errors = study(student, hs, "float64")
    with mpmath.workdps(30):
        truth = mpmath.diff(lambda t: mpmath.exp(t) * mpmath.sin(2 * t), AT)
        second = abs(mpmath.diff(lambda t: mpmath.exp(t) * mpmath.sin(2 * t), AT, 2))
        third = abs(mpmath.diff(lambda t: mpmath.exp(t) * mpmath.sin(2 * t), AT, 3))
    if not abs(ripple_slope(AT) - float(truth)) < 1e-12:
        raise ArithmeticError("the derivative in this test is wrong")
    # The leading terms h f''/2 and h^2 f'''/6 (a quarter of it with steps of h/2) hold within 20 % up to h = 0.1.
    for row, names, sizes in ((0, "forward", [second / 2]), (1, "central", [third / 6, third / 24])):
        theory = [[float(size) * h ** (row + 1) for h in hs] for size in sizes]
        if not any(np.all(np.abs(errors[row] - expected) <= 0.2 * np.array(expected)) for expected in theory):
            fail(f"row {row} does not hold the errors of the {names} difference in the order of the steps")


def test_truncation_side(student):
    """For large steps the forward error grows like h and the central error like h squared.

    On log-log axes these are straight lines of slope 1 and 2.
    """
    hs = np.geomspace(1e-3, 1e-1, 7)
    slopes = [order(hs, row) for row in study(student, hs, "float64")]
    # Theory says 1 and 2; the next Taylor term bends them by less than 0.1.
    if not (0.8 < slopes[0] < 1.2 and 1.8 < slopes[1] < 2.2):
        fail(f"the measured slopes are {slopes[0]:.2f} (forward) and {slopes[1]:.2f} (central)", "Expected 1 and 2.")


def test_round_off_side(student):
    """For tiny steps the errors grow again as h shrinks.

    Round-off is divided by h: on log-log axes the slope is about -1.
    """
    hs = np.geomspace(1e-13, 1e-10, 13)
    slopes = [order(hs, row) for row in study(student, hs, "float64")]
    # Single round-off errors scatter by a factor of ten; over three decades the fit then has an error of about 0.3.
    if not all(-1.7 < slope < -0.4 for slope in slopes):
        fail(f"the measured slopes are {slopes[0]:.2f} (forward) and {slopes[1]:.2f} (central)", "Expected about -1.")


def test_float32_happens_in_float32(student):
    """In float32 the round-off is half a billion times that of float64.

    x, every h, the values of f and the quotient have to be float32. One float64 among them promotes all the others.
    """
    hs, f = np.geomspace(1e-6, 1e-5, 5), watch(ripple)
    coarse = np.median(np.abs(study(student, hs, "float32", f)), axis=1)
    if any(str(getattr(point, "dtype", "")) != "float32" for point in f.points):
        fail("f was evaluated at a number that is not float32", "f returns the type that it is given; convert x, too.")
    if f.count < 1:  # one call is enough for an array of all the points
        fail("f was never evaluated")
    fine = np.median(np.abs(study(student, hs, "float64")), axis=1)
    # u|f|/h is 6e-8 * 2 / 1e-5 = 1e-2 in float32, against 2e-11 in float64. In float64 the error of
    # casting the finished quotient is 1e-7: four orders below the limit, whatever the luck of a single rounding.
    if not coarse.min() > 1e-3:
        fail(f"the errors of float32 are about {coarse.min():.1g}: too small to be true")
    if not fine[1] < 1e-8:
        fail(f"the central errors of float64 are about {fine[1]:.1g}: too large")
    # The median step is 3e-6, and |f''|/2 is 2.9.
    if not 3e-6 < fine[0] < 3e-5:
        fail(f"the forward errors of float64 are about {fine[0]:.1g}", "They should be about h/2 times f''.")
