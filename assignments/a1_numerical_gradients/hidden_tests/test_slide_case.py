"""The slide of USC L4, recomputed."""

import numpy as np
import pytest
from autograder import as_array, as_float, assert_close, assert_gradient, assert_unchanged, unpack

WEIGHTS = np.array([[-0.1, 0.2, 0.15, 0.05], [0.25, 0.05, 0.2, -0.1], [0.25, 0.15, -0.15, 0.4]])
FEATURES = np.array([0.1, 1.5, 0.07, 2.32])
TARGET = np.array([0.0, 1.0, 0.0])

# With mpmath at 30 digits: the residual (0.4165, -1.118, 1.1675) over its norm, times each entry of x.
LOSS = 1.669267054728
GRADIENT = np.array(
    [
        [0.0249510705, 0.3742660578, 0.0174657494, 0.5788648361],
        [-0.0669755026, -1.0046325393, -0.0468828519, -1.5538316608],
        [0.0699408759, 1.0491131392, 0.0489586132, 1.6226283220],
    ]
)


def test_loss_of_the_slide(student):
    """The loss is the norm itself, from scores that were not rounded.

    Not its square, and not the 1.6688 of the slide.
    """
    loss, _ = unpack(student.slide_case(WEIGHTS, FEATURES, TARGET), 2)
    # Six decimals were asked for.
    assert_close(as_float(loss), LOSS, atol=1e-6)


def test_gradient_of_the_slide(student):
    """All twelve entries of the gradient are right to six decimals.

    Restore each entry of W before you step along the next, and use central differences or the chain rule.
    """
    _, gradient = unpack(student.slide_case(WEIGHTS, FEATURES, TARGET), 2)
    assert_close(as_array(gradient), GRADIENT, atol=1e-6)


@pytest.mark.presupposes("test_loss_of_the_slide", "test_gradient_of_the_slide")
def test_other_sizes(student, rng):
    """Loss and gradient are right for other numbers of classes and features.

    The gradient has one row for each class and one column for each feature, like W.
    """
    weights, x = rng.uniform(-2.0, 2.0, (2, 5)), rng.uniform(-2.0, 2.0, 5)
    y = weights @ x - rng.uniform(0.5, 1.5, 2) * [1, -1]  # a residual of both signs, with a norm far from zero
    loss, gradient = unpack(student.slide_case(weights, x, y), 2)

    def norm(matrix):
        return float(np.linalg.norm(matrix @ x - y))

    # Six decimals of numbers up to 2.
    assert_close(as_float(loss), norm(weights), atol=1e-6)
    assert_gradient(as_array(gradient, shape=(2, 5)), norm, weights, rtol=1e-6, atol=1e-6)


@pytest.mark.presupposes("test_gradient_of_the_slide")
def test_weights_stay_as_they_are(student):
    """W is the same after the call, to the last bit.

    Perturb a copy of W.
    """
    call = student.slide_case.observe(WEIGHTS, FEATURES, TARGET)
    loss, gradient = unpack(call.value, 2)
    # Three decimals, and the entries in any order: digits and shape are judged by tests of their own.
    assert_close(as_float(loss), LOSS, atol=1e-3)
    numbers = as_array(as_array(gradient).ravel(), shape=(12,))
    assert_close(np.sort(numbers), np.sort(GRADIENT.ravel()), atol=1e-3)
    assert_unchanged(call, 0)
