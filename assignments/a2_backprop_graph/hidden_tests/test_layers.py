"""The backward rules of the linear gate, the sigmoid and ReLU, and the sigmoid itself."""

import numpy as np
import pytest
from autograder import as_array, assert_close, assert_finite, assert_shape, assert_unchanged, fail, unpack

# Twelve decimals were asked for; stable formulas differ from each other by 1e-16.
TWELVE = {"rtol": 0.0, "atol": 1e-12}


def linear_case(rng, N, n, m):
    """(dout, X, W) for a batch of N examples of length n and a W of m rows."""
    return rng.uniform(-2.0, 2.0, (N, m)), rng.uniform(-2.0, 2.0, (N, n)), rng.uniform(-2.0, 2.0, (m, n))


def linear_by_index(dout, X, W):
    """(dX, dW), one entry after the other: Z_ik is the sum over j of X_ij W_kj."""
    N, m = dout.shape
    n = X.shape[1]
    dX = [[sum(dout[i, k] * W[k, j] for k in range(m)) for j in range(n)] for i in range(N)]
    dW = [[sum(dout[i, k] * X[i, j] for i in range(N)) for j in range(n)] for k in range(m)]
    return np.array(dX), np.array(dW)


def entries(value, n):
    """The n entries of a result, finite and not all alike."""
    row = as_array(as_array(value).ravel(), shape=(n,))
    assert_finite(row)
    if np.all(row == row[0]):
        fail("all entries of the result are the same number")


@pytest.mark.weight(2)
def test_linear_shapes(student, rng):
    """The linear gate gives dX the shape of X, and dW the shape of W.

    dW is one sum over the examples; dX keeps a row for each.
    """
    dX, dW = unpack(student.linear_backward(*linear_case(rng, 5, 2, 3)), 2)
    assert_shape(dX, (5, 2))
    assert_shape(dW, (3, 2))


@pytest.mark.presupposes("test_linear_shapes")
@pytest.mark.weight(2)
@pytest.mark.parametrize(
    "sizes", [(4, 2, 5), (3, 3, 3), (1, 3, 2), (4, 3, 1)], ids="wide square single one_row".split()
)
def test_linear_gradients(student, rng, sizes):
    """The linear gate sends what arrives back through W to X, and through X to W.

    Z_ik is the sum over j of X_ij W_kj; write one entry of each gradient with indices.
    """
    case = linear_case(rng, *sizes)
    dX, dW = unpack(student.linear_backward(*case), 2)
    expected = linear_by_index(*case)
    assert_close(as_array(dX), expected[0], given="dX", **TWELVE)
    assert_close(as_array(dW), expected[1], given="dW", **TWELVE)


def test_sigmoid_values(student, rng):
    """The sigmoid is 1 / (1 + exp(-x)), entry by entry.

    The result has the shape of x.
    """
    # One entry near each of -2.5, -1.5, ..., 2.5, in a matrix: both signs, small and large.
    x = np.arange(-2.5, 3.0).reshape(2, 3) + rng.uniform(-0.4, 0.4, (2, 3))
    assert_close(as_array(student.sigmoid(x)), 0.5 + 0.5 * np.tanh(x / 2), **TWELVE)


def test_sigmoid_gradient(student, rng):
    """The sigmoid multiplies what arrives by s (1 - s), where s is its output.

    Compute s from x first.
    """
    x, dout = rng.uniform(-3.0, 3.0, (2, 2, 3))
    # The closed form 1 / (2 cosh(x / 2))², which does not mention s.
    assert_close(as_array(student.sigmoid_backward(dout, x)), dout / (2 * np.cosh(x / 2)) ** 2, **TWELVE)


@pytest.mark.presupposes("test_sigmoid_values", "test_sigmoid_gradient")
def test_sigmoid_far_out(student):
    """The sigmoid of huge numbers, positive and negative, is right, with no overflow on the way.

    Exponentiate -|x| only, and remember that np.where computes both of its branches.
    """
    x, dout = np.array([-1000.0, -30.0, 0.0, 30.0, 1000.0]), np.array([2.0, -3.0, 4.0, 5.0, 7.0])
    expected = np.array([0.0, np.exp(-30.0), 0.5, 1 / (1 + np.exp(-30.0)), 1.0])
    assert_close(as_array(student.strictly("sigmoid", x)), expected, **TWELVE)
    # The slope is s (1 - s): 1/4 in the middle, exp(-30) at the sides, 0 far out.
    slope = np.array([0.0, np.exp(-30.0), 0.25, np.exp(-30.0), 0.0])
    assert_close(as_array(student.strictly("sigmoid_backward", dout, x)), slope * dout, **TWELVE)


@pytest.mark.weight(2)
def test_relu_gradient(student, rng):
    """ReLU lets through what arrives where x is positive, and nothing where x is negative.

    The sign of x decides, not the sign of dout.
    """
    x, dout = rng.uniform(0.5, 3.0, (2, 2, 4)) * np.array([[1, -1, 1, -1], [-1, 1, 1, -1]])
    x[:, :2] *= 0.01  # the gate opens at 0, and not somewhere near it
    dout[:, 2] *= -1
    assert_close(as_array(student.relu_backward(dout, x)), np.where(x > 0, dout, 0.0), **TWELVE)


def test_relu_at_the_kink(student):
    """At exactly 0 the gradient of ReLU lies between 0 and what arrives.

    Any subgradient will do: a number in [0, 1], times dout.
    """
    x, dout = np.array([0.0, -0.0, 0.3, 0.0]), np.array([3.1, 4.7, 2.3, -1.9])
    share = as_array(student.relu_backward(dout, x), shape=(4,)) / dout
    # Exact up to the rounding of a product.
    if not np.all((share > -1e-12) & (share < 1 + 1e-12)):
        fail("at x = 0 what comes through is not between 0 and dout")
    if abs(share[2] - 1) > 1e-12:
        fail("where x is positive, not all of dout comes through")


def test_nobodys_array_is_changed(student, rng):
    """Neither dout nor the inputs are changed by a call.

    x[x < 0] = 0 and dout[x < 0] = 0 write into arrays that belong to somebody else.
    """
    x, dout = np.array([-1.5, 0.5, -2.0]), np.array([2.0, 3.0, 4.0])
    for call in (
        student.sigmoid.observe(x),
        *(f.observe(dout, x) for f in (student.sigmoid_backward, student.relu_backward)),
    ):
        entries(call.value, 3)
        assert_unchanged(call)
    call = student.linear_backward.observe(*linear_case(rng, 2, 3, 4))
    for gradient, count in zip(unpack(call.value, 2), (6, 12), strict=True):
        entries(gradient, count)
    assert_unchanged(call)
