"""The largest learning rate on a quadratic, judged by the matrix of one step, which needs no formula for the rate."""

import numpy as np
import pytest
from autograder import as_float, assert_close, fail


def rate(student, *args):
    """The student's limit, a positive number."""
    value = as_float(student.critical_rate(*args))
    if not 0.0 < value < 1e9:
        fail("the critical rate is not a positive finite number")
    return value


def rotated(rng, curvatures):
    """A symmetric matrix with these eigenvalues and no zero off its diagonal."""
    n = len(curvatures)
    basis = np.linalg.qr(rng.standard_normal((n, n)))[0]
    return basis * np.array(curvatures) @ basis.T


def growth(A, lr, tau):
    """The spectral radius of one step of (w, v): below 1 every start dies out, above 1 almost every start explodes."""
    one = np.eye(len(A))
    step = np.block([[one - lr * A, -lr * tau * one], [A, tau * one]])
    return float(np.max(np.abs(np.linalg.eigvals(step))))


def assert_on_the_cliff(lr, A, tau=0.0):
    """One per cent below lr every start converges, one per cent above it diverges."""
    if growth(A, 0.99 * lr, tau) >= 1.0:
        fail("one per cent below your rate the walk diverges", "The rate is too large.")
    if growth(A, 1.01 * lr, tau) <= 1.0:
        fail("one per cent above your rate the walk still converges", "The rate is not the largest one.")


def test_the_steepest_direction(student):
    """Without momentum and decay the limit is 2 over the largest curvature.

    The largest eigenvalue, not the smallest, and not the mean.
    """
    # An eigenvalue of a small matrix is right to 1e-15.
    for curvatures in ([2.7, 0.4, 1.3], [0.3, 7.1]):
        assert_close(rate(student, np.diag(curvatures)), 2 / max(curvatures), rtol=1e-6)


@pytest.mark.presupposes("test_the_steepest_direction")
def test_the_cliff(student, rng):
    """Just below the critical rate gradient descent converges, just above it diverges, for full matrices too.

    The eigenvalues of a full matrix are not its diagonal.
    """
    A = rotated(rng, [0.5, 1.0, 2.0, 6.0])
    assert_on_the_cliff(rate(student, A), A)


@pytest.mark.presupposes("test_the_steepest_direction")
@pytest.mark.parametrize("tau", [0.35, 0.9])
def test_the_cliff_with_momentum(student, tau):
    """With momentum the walk also converges just below the rate and diverges just above it.

    Solve p(-1) = 0 for the learning rate.
    """
    A = np.diag([0.6, 3.7])
    assert_on_the_cliff(rate(student, A, tau), A, tau)


def test_the_cliff_with_decay(student):
    """Weight decay adds alpha to every curvature, with and without momentum.

    The matrix of the objective is A + alpha I.
    """
    A = np.diag([0.4, 2.3])
    for tau in (0.0, 0.8):
        # The same cliff for A with decay and for A + alpha I without; other tests judge what momentum does to it.
        with_decay, steeper = rate(student, A, tau, 1.3), rate(student, A + 1.3 * np.eye(2), tau)
        assert_close(with_decay, steeper, rtol=1e-6)
        if with_decay > 0.99 * rate(student, A, tau):
            fail("the decay does not make the critical rate smaller")


@pytest.mark.presupposes("test_the_steepest_direction")
def test_flat_and_single(student):
    """A direction without curvature does not limit the rate, and one parameter is a matrix of shape (1, 1).

    Only the steepest direction counts.
    """
    # 1e-6 is far above the rounding of an eigenvalue.
    assert_close(rate(student, np.array([[3.7]])), 2 / 3.7, rtol=1e-6)
    assert_close(rate(student, np.array([[2.6, 0.0], [0.0, 0.0]])), 2 / 2.6, rtol=1e-6)
