"""f = |W x|², forward."""

import numpy as np
import pytest
from autograder import as_float, assert_close, assert_unchanged, fail, unpack

# Sums of up to five products of numbers below 2, in float64.
EXACT = {"rtol": 1e-12, "atol": 1e-12}


def value(student, W, x):
    """The number f."""
    return as_float(unpack(student.wx2_forward(W, x), 2)[0])


@pytest.mark.weight(2)
def test_two_by_two(student):
    """For the classic 2 by 2 example, f is 0.116.

    The squared norm: no root, and a number rather than an array.
    """
    W, x = np.array([[0.1, 0.5], [-0.3, 0.8]]), np.array([0.2, 0.4])
    assert_close(value(student, W, x), 0.116, **EXACT)


@pytest.mark.presupposes("test_two_by_two")
@pytest.mark.parametrize("shape", [(2, 5), (5, 2), (1, 3)], ids=["wide", "tall", "one_row"])
@pytest.mark.weight(2)
def test_rectangular(student, rng, shape):
    """W may be wide or tall, or have a single row.

    q = W x has one entry for each row of W.
    """
    W, x = rng.uniform(-2.0, 2.0, shape), rng.uniform(-2.0, 2.0, shape[1])
    expected = sum(sum(float(W[i, j] * x[j]) for j in range(shape[1])) ** 2 for i in range(shape[0]))
    assert_close(value(student, W, x), expected, **EXACT)


@pytest.mark.presupposes("test_two_by_two")
def test_inputs_stay_as_they_are(student, rng):
    """W and x are unchanged after the call, to the last bit.

    W *= x writes into the caller's matrix.
    """
    W, x = rng.uniform(1.0, 2.0, (3, 2)), rng.uniform(1.0, 2.0, 2)
    call = student.wx2_forward.observe(W, x)
    if not as_float(unpack(call.value, 2)[0]) < value(student, 2 * W, x):
        fail("f does not grow when W is doubled")
    assert_unchanged(call)
