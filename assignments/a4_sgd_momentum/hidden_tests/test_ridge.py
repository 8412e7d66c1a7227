"""Ridge regression, against least squares with one row more for each weight."""

import numpy as np
from autograder import as_array, as_float, assert_close, unpack

CLOSE = 1e-5
"""The accuracy that the question asks for."""


def lowest(X, y, alpha):
    """The lowest point by lstsq: a row sqrt(alpha N / 2) e_i with target 0 is the penalty on weight i."""
    N, D = X.shape
    rows = np.vstack([np.column_stack([X, np.ones(N)]), np.sqrt(alpha * N / 2) * np.eye(D, D + 1)])
    found = np.linalg.lstsq(rows, np.concatenate([y, np.zeros(D)]), rcond=None)[0]
    return found[:-1], found[-1]


def compare(student, X, y, alpha):
    """The student's weights and bias against the lowest point."""
    w, b = unpack(student.ridge(X, y, alpha), 2)
    expected = lowest(X, y, alpha)
    assert_close(as_array(w, shape=(X.shape[1],)), expected[0], rtol=0.0, atol=CLOSE)
    assert_close(as_float(b), expected[1], rtol=0.0, atol=CLOSE)


def test_least_squares(student, rng):
    """Without decay the result is that of least squares.

    The gradient of the mean squared error is zero there; go on until it is.
    """
    X = rng.standard_normal((12, 3))
    compare(student, X, X @ np.array([1.0, -2.0, 0.5]) + 0.3 * rng.standard_normal(12), 0.0)


def test_with_decay(student, rng):
    """With decay the result has the lowest mean squared error plus (alpha/2)|w|^2.

    The mean, not the sum, and alpha/2: both decide how much the weights shrink.
    """
    X = rng.standard_normal((15, 2))
    X -= X.mean(axis=0)
    noise = rng.standard_normal(15)
    # Centred: the bias is 0, so that whether it decays does not matter here.
    compare(student, X, X @ np.array([2.0, -1.0]) + noise - noise.mean(), 0.7)


def test_the_bias_does_not_decay(student, rng):
    """Targets far from zero are met: the decay leaves the bias alone.

    Only the weights are in the penalty, also when the bias is the last entry of a longer vector.
    """
    X = rng.standard_normal((12, 2))
    X -= X.mean(axis=0)
    _, b = unpack(student.ridge(X, X @ np.array([1.0, 1.0]) + 290.0, 0.5), 2)
    # Centred features: the best bias is the mean of the targets, whatever the weights are.
    assert_close(as_float(b), 290.0, rtol=0.0, atol=CLOSE)


def test_features_of_different_size(student, rng):
    """Features of very different size are no obstacle.

    Compute the learning rate from the largest curvature, and take enough steps for the smallest; or solve.
    """
    # The curvatures are about 0.2 and 130: a ratio of 700, or 3000 when the draw is unlucky.
    X = rng.standard_normal((30, 3)) * np.array([0.3, 1.0, 8.0])
    compare(student, X, X @ np.array([2.0, -1.0, 0.2]) + rng.standard_normal(30), 0.0)
