"""Sigmoid, ReLU and the squared difference, forward and backward."""

import numpy as np
import pytest
from autograder import as_array, assert_close, assert_finite, assert_unchanged, fail, unpack

# Twelve decimals were asked for; stable formulas differ from each other by 1e-16.
TWELVE = {"rtol": 0.0, "atol": 1e-12}


def forward(student, gate, *inputs):
    """(out, cache) of a gate."""
    return unpack(getattr(student, f"{gate}_forward")(*inputs), 2)


def backward(student, gate, inputs, dout):
    """What the gate's backward function returns, after its forward function."""
    _, cache = forward(student, gate, *inputs)
    return getattr(student, f"{gate}_backward")(cache, dout)


def entries(value):
    """Three numbers, finite and not all alike."""
    row = as_array(value, shape=(3,))
    assert_finite(row)
    if np.all(row == row[0]):
        fail("all entries of the result are the same number")


@pytest.mark.weight(2)
def test_forward_values(student, rng):
    """The gates compute 1 / (1 + exp(-x)), max(x, 0) and the square of x - y, entry by entry.

    Return the pair (out, cache); out has the shape of x.
    """
    # One entry near each of -2.5, -1.5, ..., 2.5, in a matrix: both signs, small and large.
    x, y = np.arange(-2.5, 3.0).reshape(2, 3) + rng.uniform(-0.4, 0.4, (2, 3)), rng.uniform(-3.0, 3.0, (2, 3))
    assert_close(as_array(forward(student, "sigmoid", x)[0]), 0.5 + 0.5 * np.tanh(x / 2), given="sigmoid", **TWELVE)
    assert_close(as_array(forward(student, "relu", x)[0]), (x + np.abs(x)) / 2, given="relu", **TWELVE)
    assert_close(as_array(forward(student, "l2", x, y)[0]), x * x - 2 * x * y + y * y, given="l2", **TWELVE)


def test_sigmoid_gradient(student, rng):
    """The sigmoid multiplies what arrives by s (1 - s), where s is its output.

    Keep the output in the cache.
    """
    x, dout = rng.uniform(-3.0, 3.0, (2, 2, 3))
    # The closed form 1 / (2 cosh(x / 2))², which does not mention s.
    expected = dout / (2 * np.cosh(x / 2)) ** 2
    assert_close(as_array(backward(student, "sigmoid", (x,), dout)), expected, **TWELVE)


@pytest.mark.presupposes("test_sigmoid_gradient")
def test_sigmoid_far_out(student):
    """The sigmoid of very large and very negative numbers is right, with no overflow on the way.

    Exponentiate -|x| only, and remember that np.where computes both of its arms.
    """
    x, dout = np.array([-1000.0, -30.0, 0.0, 30.0, 1000.0]), np.array([2.0, -3.0, 4.0, 5.0, 7.0])
    s, cache = unpack(student.strictly("sigmoid_forward", x), 2)
    assert_close(as_array(s), np.array([0.0, np.exp(-30.0), 0.5, 1 / (1 + np.exp(-30.0)), 1.0]), **TWELVE)
    # The slope is s (1 - s): 1/4 in the middle, exp(-30) at the sides, 0 far out.
    slope = np.array([0.0, np.exp(-30.0), 0.25, np.exp(-30.0), 0.0])
    assert_close(as_array(student.strictly("sigmoid_backward", cache, dout)), slope * dout, **TWELVE)


@pytest.mark.weight(2)
def test_relu_gradient(student, rng):
    """ReLU lets through what arrives where x is positive, and nothing where x is negative.

    The sign of x decides, not the sign of dout.
    """
    x, dout = rng.uniform(0.5, 3.0, (2, 2, 4)) * np.array([[1, -1, 1, -1], [-1, 1, 1, -1]])
    x[:, :2] *= 0.01  # the gate opens at 0, and not somewhere near it
    dout[:, 2] *= -1
    assert_close(as_array(backward(student, "relu", (x,), dout)), np.where(x > 0, dout, 0.0), **TWELVE)


def test_relu_at_the_kink(student):
    """At exactly 0 the gradient of ReLU lies between 0 and what arrives.

    Any subgradient will do: a number in [0, 1], times dout.
    """
    x, dout = np.array([0.0, -0.0, 0.3, 0.0]), np.array([3.1, 4.7, 2.3, -1.9])
    share = as_array(backward(student, "relu", (x,), dout), shape=(4,)) / dout
    # Exact up to the rounding of a product.
    if not np.all((share > -1e-12) & (share < 1 + 1e-12)):
        fail("at x = 0 what comes through is not between 0 and dout")
    if abs(share[2] - 1) > 1e-12:
        fail("where x is positive, not all of dout comes through")


def test_l2_gradients(student, rng):
    """The squared difference has a gradient for x and one for y, of opposite signs.

    Moving y up makes x - y smaller.
    """
    x, y, dout = rng.uniform(-3.0, 3.0, (3, 2, 3))
    dx, dy = unpack(backward(student, "l2", (x, y), dout), 2)
    assert_close(as_array(dx), 2 * dout * x - 2 * dout * y, given="dx", **TWELVE)
    assert_close(as_array(dy), 2 * dout * y - 2 * dout * x, given="dy", **TWELVE)


def test_nobodys_array_is_changed(student):
    """Neither the inputs nor dout are changed by a call.

    x[x < 0] = 0 and dout[x < 0] = 0 write into arrays that belong to somebody else.
    """
    x, dout = np.array([-1.5, 0.5, -2.0]), np.array([2.0, 3.0, 4.0])
    for gate, inputs in (("sigmoid", [x]), ("relu", [x]), ("l2", [x, dout])):
        call = getattr(student, f"{gate}_forward").observe(*inputs)
        out, cache = unpack(call.value, 2)
        entries(out)
        assert_unchanged(call)
        call = getattr(student, f"{gate}_backward").observe(cache, dout)
        for gradient in unpack(call.value, 2) if gate == "l2" else (call.value,):
            entries(gradient)
        assert_unchanged(call, 1)
