"""Four gates, forward and backward."""

import numpy as np
import pytest
from autograder import as_array, as_float, assert_close, unpack

# A few roundings in float64.
EXACT = {"rtol": 1e-12, "atol": 1e-12}
SHAPES = [(4,), (2, 3), (2, 3, 4)]  # a vector, a matrix, and three axes


def forward(student, gate, *inputs):
    """(out, cache) of a gate."""
    return unpack(getattr(student, f"{gate}_forward")(*inputs), 2)


def backward(student, gate, inputs, dout):
    """What the gate's backward function returns, after its forward function."""
    _, cache = forward(student, gate, *inputs)
    return getattr(student, f"{gate}_backward")(cache, dout)


@pytest.mark.weight(4)
def test_forward_values(student, rng):
    """The four gates compute a + b, a * b, a squared and the sum of all entries of a.

    The first three work entry by entry; the sum gate returns a number, whatever the number of axes.
    """
    for shape in SHAPES:
        a = rng.uniform(-2.0, 2.0, shape)
        assert_close(as_float(forward(student, "sum", a)[0]), np.sum(a), given="sum", **EXACT)
    a, b = rng.uniform(-2.0, 2.0, (2, 2, 3))
    assert_close(as_array(forward(student, "add", a, b)[0]), a + b, given="add", **EXACT)
    assert_close(as_array(forward(student, "mul", a, b)[0]), a * b, given="mul", **EXACT)
    assert_close(as_array(forward(student, "square", a)[0]), a**2, given="square", **EXACT)


def test_add_distributes(student, rng):
    """The add gate gives both inputs what arrives, as it is.

    The local derivatives of a + b are 1 and 1.
    """
    for shape in SHAPES:
        a, b, dout = rng.uniform(-2.0, 2.0, (3, *shape))
        for gradient in unpack(backward(student, "add", (a, b), dout), 2):
            assert_close(as_array(gradient), dout, **EXACT)


@pytest.mark.weight(2)
def test_mul_switches(student, rng):
    """The mul gate gives each input what arrives, times the other input.

    da is dout * b, and db is dout * a.
    """
    for shape in SHAPES:
        a, b, dout = rng.uniform(-2.0, 2.0, (3, *shape))
        da, db = unpack(backward(student, "mul", (a, b), dout), 2)
        assert_close(as_array(da), dout * b, given="da", **EXACT)
        assert_close(as_array(db), dout * a, given="db", **EXACT)


def test_square(student, rng):
    """The square gate multiplies what arrives by 2a, entry by entry.

    Keep a in the cache, with its sign.
    """
    for shape in SHAPES:
        a, dout = rng.uniform(-2.0, 2.0, (2, *shape))
        assert_close(as_array(backward(student, "square", (a,), dout)), 2 * a * dout, **EXACT)


def test_sum_copies(student, rng):
    """The sum gate gives every entry the number that arrives, in an array of the shape of a.

    Each entry moves the sum by as much as it moves itself; keep the shape in the cache.
    """
    for shape in SHAPES:
        gradient = backward(student, "sum", (rng.uniform(-2.0, 2.0, shape),), -2.5)
        assert_close(as_array(gradient), np.full(shape, -2.5), **EXACT)
