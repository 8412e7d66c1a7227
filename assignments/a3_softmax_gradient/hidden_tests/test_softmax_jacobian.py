"""The Jacobian of softmax: rows are outputs, columns are inputs."""

import numpy as np
import pytest
import torch
from autograder import as_array, assert_close, assert_unchanged, fail

torch.set_num_threads(1)  # these arrays are small: more threads only wait for each other

# Six digits, as promised: a float32 result is off by a few 1e-7.
SIX = {"rtol": 1e-5, "atol": 1e-6}


def oracle(z):
    """torch's Jacobian of its own softmax, in float64."""
    return torch.autograd.functional.jacobian(lambda s: torch.softmax(s, dim=0), torch.as_tensor(z)).numpy()


@pytest.mark.weight(2)
def test_values(student, rng):
    """Entry (i, k) is the derivative of probability i with respect to score k.

    A score raises its own probability and, through the denominator, lowers all others.
    """
    z = rng.normal(0.0, 1.5, 5)
    assert_close(as_array(student.softmax_jacobian(z)), oracle(z), **SIX)


@pytest.mark.presupposes("test_values")
def test_rows_and_columns_sum_to_zero(student, rng):
    """Each row and each column of the Jacobian sums to zero.

    Raising all scores together changes no probability, and the probabilities always sum to 1.
    """
    jacobian = as_array(student.softmax_jacobian(rng.normal(size=4)), shape=(4, 4))
    assert_close(jacobian.sum(axis=0), np.zeros(4), atol=1e-6, given="columns")
    assert_close(jacobian.sum(axis=1), np.zeros(4), atol=1e-6, given="rows")
    if not np.any(np.abs(jacobian) > 1e-3):
        fail("the Jacobian is zero")


@pytest.mark.presupposes("test_values")
@pytest.mark.parametrize("C", [1, 2])
def test_one_and_two_classes(student, rng, C):
    """One class has the Jacobian [[0]], two classes have a matrix of shape (2, 2).

    The shape is (C, C) for every C.
    """
    z = rng.normal(size=C)
    assert_close(as_array(student.softmax_jacobian(z), shape=(C, C)), oracle(z), given=f"C = {C}", **SIX)


@pytest.mark.presupposes("test_values")
def test_large_scores(student):
    """Scores around 1000 or -1000 give the same Jacobian as the same scores around 0.

    Use a softmax that does not overflow: only differences count.
    """
    # Multiples of 1/4: adding 1000 to them is exact, in float32 too.
    z = np.array([0.0, 0.25, -1.5])
    expected = as_array(student.softmax_jacobian(z), shape=(3, 3))
    if np.abs(expected).max() < 1e-3:
        fail("even for scores around 0 the Jacobian is zero")
    for level in (1000.0, -1000.0):
        assert_close(as_array(student.softmax_jacobian(z + level)), expected, given=f"scores around {level:g}", **SIX)


@pytest.mark.presupposes("test_values")
def test_scores_stay_as_they_are(student, rng):
    """The caller's scores are the same afterwards, to the last bit.

    Work on a copy.
    """
    call = student.softmax_jacobian.observe(rng.normal(size=4))
    if not np.ptp(as_array(call.value, shape=(4, 4))) > 1e-3:
        fail("the Jacobian is constant or not finite")
    assert_unchanged(call, 0)
