"""The gradients of weights and biases as sums over the batch."""

import numpy as np
import pytest
from autograder import as_array, assert_close, assert_unchanged, fail, unpack

# Six digits, as promised: a float32 result is off by a few 1e-7.
SIX = {"rtol": 1e-5, "atol": 1e-6}


def oracle(X, dZ):
    """The sums over the batch, by einsum."""
    return np.einsum("ni,nj->ij", dZ, X), np.einsum("ni->i", dZ)


@pytest.mark.weight(2)
@pytest.mark.parametrize("sizes", [(5, 2, 4), (6, 4, 3)], ids=["more_classes", "more_features"])
def test_values(student, rng, sizes):
    """dW[i, j] sums dZ[n, i] X[n, j] over the examples n, and db[i] sums dZ[n, i].

    dW has the shape (C, D) of W: the class comes first. Start from zeros and add.
    """
    N, D, C = sizes
    X, dZ = rng.normal(size=(N, D)), rng.normal(size=(N, C))
    dW, db = unpack(student.loop_grads(X, dZ), 2)
    expected = oracle(X, dZ)
    assert_close(as_array(dW), expected[0], given=f"dW of N, D, C = {N}, {D}, {C}", **SIX)
    assert_close(as_array(db), expected[1], given=f"db of N, D, C = {N}, {D}, {C}", **SIX)


@pytest.mark.presupposes("test_values")
def test_one_example(student, rng):
    """For one example dW is the outer product of the row of dZ and the features, and db is a vector.

    The shapes are (C, D) and (C,) for every N.
    """
    X, dZ = rng.normal(size=(1, 3)), rng.normal(size=(1, 4))
    dW, db = unpack(student.loop_grads(X, dZ), 2)
    assert_close(as_array(dW, shape=(4, 3)), np.outer(dZ[0], X[0]), **SIX)
    assert_close(as_array(db, shape=(4,)), dZ[0], **SIX)


@pytest.mark.presupposes("test_values")
def test_arguments_stay_as_they_are(student, rng):
    """The caller's X and dZ are the same afterwards, to the last bit.

    Add to arrays of your own.
    """
    call = student.loop_grads.observe(rng.normal(size=(3, 2)), rng.normal(size=(3, 4)))
    dW, _ = unpack(call.value, 2)
    if not np.ptp(as_array(dW, shape=(4, 2))) > 1e-3:
        fail("even for an ordinary batch, dW is constant or not finite")
    assert_unchanged(call, 0, 1)
