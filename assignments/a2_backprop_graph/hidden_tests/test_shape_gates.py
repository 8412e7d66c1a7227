"""The sum gate and the bias gate, backward: gates that change the shape."""

import numpy as np
import pytest
from autograder import as_array, assert_close, assert_finite, assert_unchanged, fail, unpack

# A few roundings in float64.
EXACT = {"rtol": 1e-12, "atol": 1e-12}


def bias_case(rng, shape):
    """(dout, Z, b) for a batch of that shape."""
    return rng.uniform(-2.0, 2.0, shape), rng.uniform(-2.0, 2.0, shape), rng.uniform(-2.0, 2.0, shape[1])


def bias(student, case):
    """(dZ, db) as the student returns them."""
    return unpack(student.bias_backward(*case), 2)


@pytest.mark.weight(2)
@pytest.mark.parametrize("shape", [(4,), (2, 3), (2, 3, 4)], ids=["vector", "matrix", "three_axes"])
def test_sum_copies(student, rng, shape):
    """The sum gate gives every entry the number that arrives, in an array of the shape of a.

    Each entry moves the sum by as much as it moves itself.
    """
    gradient = student.sum_backward(-2.5, rng.uniform(-2.0, 2.0, shape))
    assert_close(as_array(gradient), np.full(shape, -2.5), **EXACT)


def test_bias_passes_on_to_Z(student, rng):
    """The bias gate gives Z what arrives, as it is.

    The local derivative of Z + b with respect to each entry of Z is 1.
    """
    case = bias_case(rng, (4, 3))
    assert_close(as_array(bias(student, case)[0]), case[0], **EXACT)


@pytest.mark.weight(2)
def test_bias_adds_over_the_examples(student, rng):
    """db has the shape of b, and each of its entries is the sum of what comes back from all examples.

    b[j] is used once in each row: a branch with N arms.
    """
    case = bias_case(rng, (4, 3))
    expected = [sum(float(row[j]) for row in case[0]) for j in range(3)]
    assert_close(as_array(bias(student, case)[1]), np.array(expected), **EXACT)


@pytest.mark.presupposes("test_bias_passes_on_to_Z", "test_bias_adds_over_the_examples")
@pytest.mark.parametrize("shape", [(1, 4), (4, 1), (1, 1)], ids=["one_example", "one_column", "one_of_both"])
def test_one_example_or_one_column(student, rng, shape):
    """With one example or one column, dZ is still a matrix and db still a vector, and their entries are right.

    Do not squeeze: axes of length one count.
    """
    case = bias_case(rng, shape)
    dZ, db = bias(student, case)
    assert_close(as_array(dZ), case[0], given="dZ", **EXACT)
    assert_close(as_array(db), np.ones(shape[0]) @ case[0], given="db", **EXACT)


def test_dout_stays_as_it_is(student, rng):
    """What arrives, dout, is unchanged after the call.

    dout belongs to the caller, who may need it for another gate.
    """
    call = student.bias_backward.observe(*bias_case(rng, (4, 3)))
    dZ = as_array(unpack(call.value, 2)[0], shape=(4, 3))
    assert_finite(dZ)
    if np.all(dZ == dZ[0, 0]):
        fail("all entries of dZ are the same number")
    assert_unchanged(call)
