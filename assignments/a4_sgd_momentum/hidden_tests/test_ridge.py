"""Ridge regression, against least squares with one more row for each weight."""

import numpy as np
import pytest
from autograder import as_array, as_float, assert_close, assert_finite, unpack

CLOSE = 1e-5
"""The accuracy that the question asks for."""


def minimum(X, y, alpha):
    """The minimum by lstsq: a row sqrt(alpha N / 2) e_i with target 0 is the penalty on weight i."""
    N, D = X.shape
    rows = np.vstack([np.column_stack([X, np.ones(N)]), np.sqrt(alpha * N / 2) * np.eye(D, D + 1)])
    found = np.linalg.lstsq(rows, np.concatenate([y, np.zeros(D)]), rcond=None)[0]
    return found[:-1], found[-1]


def compare(student, X, y, alpha):
    """The student's weights and bias against the minimum."""
    w, b = unpack(student.ridge(X, y, alpha), 2)
    expected = minimum(X, y, alpha)
    assert_close(as_array(w, shape=(X.shape[1],)), expected[0], rtol=0.0, atol=CLOSE)
    assert_close(as_float(b), expected[1], rtol=0.0, atol=CLOSE)


def test_least_squares(student, rng):
    """Without decay the result is that of least squares.

    The gradient of the mean squared error is zero there; continue until it is.
    """
    X = rng.standard_normal((12, 3))
    compare(student, X, X @ np.array([1.3, -2.1, 0.4]) - 0.7 + 0.3 * rng.standard_normal(12), 0.0)


def test_with_decay(student, rng):
    """With decay the result minimises the mean squared error plus (alpha/2)|w|^2.

    The mean, not the sum, and alpha/2: both decide how much the weights shrink.
    """
    X = rng.standard_normal((15, 2))
    X -= X.mean(axis=0)
    noise = rng.standard_normal(15)
    # Centred: the bias is 0, so that whether it decays does not matter here.
    compare(student, X, X @ np.array([1.9, -0.8]) + noise - noise.mean(), 0.7)


@pytest.mark.presupposes("test_least_squares")
def test_the_bias_does_not_decay(student, rng):
    """Targets far from zero are predicted well, because the bias does not decay.

    Only the weights are in the penalty, even when the bias is the last entry of a longer vector.
    """
    X = rng.standard_normal((12, 2)) + np.array([1.4, -0.6])
    y = X @ np.array([1.3, -0.7]) + 290.0
    w, b = unpack(student.ridge(X, y, 0.5), 2)
    assert_finite(w)
    w = as_array(w, shape=(2,))
    # The best bias makes the mean residual zero, whatever the weights are; each of them may be CLOSE to its best.
    atol = CLOSE * (1 + np.sum(np.abs(X.mean(axis=0))))
    assert_close(as_float(b), np.mean(y - X @ w), rtol=0.0, atol=atol)


@pytest.mark.presupposes("test_least_squares")
@pytest.mark.parametrize("sizes", [(0.02, 0.6, 1.0), (1.0, 8.0, 40.0)], ids=["small", "large"])
def test_features_of_different_size(student, rng, sizes):
    """The result is also right for features of very different sizes.

    Compute the learning rate from the largest curvature, and take enough steps for the smallest; or solve.
    """
    # Columns of signs, perpendicular to each other and to the ones: the curvatures are 2 size^2, and 2 for the bias.
    # Their ratios are 2500 and 1600, a part of the 10^4 that are announced: descent without momentum may arrive, too.
    signs = np.array([[(-1) ** (i >> bit) for bit in range(3)] for i in range(8)])
    X = signs * np.array(sizes)
    compare(student, X, X @ np.array([1.9, -0.8, 0.3]) + 0.7 + 0.1 * rng.standard_normal(8), 0.0)
