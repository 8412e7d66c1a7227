"""The factor per step along one direction, against the eigenvalues of the matrix of one step."""

import numpy as np
import pytest
from autograder import as_float, assert_close


def spectral_radius(lr, h, tau):
    """The larger absolute eigenvalue of one step of (w, v) on h w**2 / 2."""
    step = np.array([[1 - lr * h, -lr * tau], [h, tau]])
    return float(np.max(np.abs(np.linalg.eigvals(step))))


def compare(student, lr, h, tau):
    """The student's factor against the matrix; no case has a double root, where both would be right to 1e-8 only."""
    assert_close(as_float(student.factor_per_step(lr, h, tau)), spectral_radius(lr, h, tau), rtol=1e-9)


@pytest.mark.parametrize("lr", [0.13, 0.61, 1.9], ids=["short", "over_the_minimum", "too_large"])
def test_without_momentum(student, lr):
    """Without momentum the factor is the absolute value of 1 - lr h.

    One root of p is then 0 and the other is 1 - lr h.
    """
    h = 1.3
    assert_close(as_float(student.factor_per_step(lr, h)), abs(1 - lr * h), rtol=1e-9)


@pytest.mark.parametrize(("lr", "tau"), [(0.4, 0.55), (1.1, 0.9)], ids=["left", "right"])
def test_complex_roots(student, lr, tau):
    """For complex roots the factor is their absolute value, which is the square root of tau.

    The absolute value, not the real part: np.abs takes complex numbers.
    """
    compare(student, lr, 1.7, tau)


@pytest.mark.parametrize(
    ("lr", "tau"), [(0.01, 0.55), (1.62, 0.4), (2.3, 0.4)], ids=["crawling", "jumping", "exploding"]
)
def test_real_roots(student, lr, tau):
    """For real roots the factor is the larger of their absolute values, whatever their signs.

    A root below -1 makes the walk explode.
    """
    compare(student, lr, 1.7, tau)


@pytest.mark.parametrize("tau", [0.0, 0.7])
def test_flat_direction(student, tau):
    """Without curvature nothing ever changes: the factor is 1, with and without momentum.

    For h = 0 the roots of p are 1 and tau.
    """
    # The roots are 1 and tau, far from each other: right to 1e-15.
    assert_close(as_float(student.factor_per_step(0.8, 0.0, tau)), 1.0, rtol=1e-9)
