"""Softmax: rows of probabilities, for scores of any size."""

import numpy as np
import pytest
import torch
from autograder import as_array, assert_close, assert_unchanged, fail

torch.set_num_threads(1)  # these arrays are small: more threads only wait for each other

# Six digits, as promised: a float32 result is off by a few 1e-7.
SIX = {"rtol": 1e-5, "atol": 1e-6}


def oracle(Z):
    """torch's softmax in float64."""
    return torch.softmax(torch.as_tensor(np.asarray(Z, dtype=np.float64)), dim=1).numpy()


def on_its_own(student, Z):
    """The student's answer for scores of ordinary size, to compare other answers with; it must say something."""
    answer = as_array(student.softmax(Z), shape=Z.shape)
    if not np.isfinite(answer).all() or np.ptp(answer) < 1e-3 or np.allclose(answer, Z):
        fail("even for scores around 0 the result is constant, not finite, or the scores themselves")
    return answer


@pytest.mark.weight(2)
def test_values(student, rng):
    """Each entry is the exponential of its score, divided by the sum over the classes of its row.

    One row is one example: sum over axis 1.
    """
    Z = rng.normal(0.0, 2.0, (5, 4))
    assert_close(as_array(student.softmax(Z)), oracle(Z), **SIX)


@pytest.mark.presupposes("test_values")
@pytest.mark.weight(2)
@pytest.mark.parametrize("level", [1000.0, -1000.0], ids=["large", "small"])
def test_large_scores(student, level):
    """Scores around 1000 or -1000 give the same probabilities as the same scores around 0.

    Subtract the maximum of the row before you exponentiate: only differences count.
    """
    # Multiples of 1/4: adding 1000 to them is exact, in float32 too.
    Z = np.array([[0.0, 0.25, -1.5], [2.0, 0.0, 0.75]])
    expected = on_its_own(student, Z)
    assert_close(as_array(student.softmax(Z + level)), expected, given=f"scores around {level:g}", **SIX)


@pytest.mark.presupposes("test_values", "test_large_scores")
@pytest.mark.weight(2)
def test_rows_that_lie_far_apart(student):
    """A row around -800 in the same batch as a row around +800 is treated like any other.

    Every row has a maximum of its own: with one for the whole batch, the lowest row becomes 0/0.
    """
    Z = np.array([[0.0, 0.25, -1.5, 0.75], [2.0, 0.0, 0.75, -0.5], [0.5, 1.25, 1.5, -2.0]])
    shifts = np.array([[-800.0], [0.0], [800.0]])
    expected = on_its_own(student, Z)
    assert_close(as_array(student.softmax(Z + shifts)), expected, **SIX)


@pytest.mark.presupposes("test_values")
@pytest.mark.parametrize("shape", [(1, 4), (5, 1)], ids=["one_row", "one_class"])
def test_one_row_and_one_class(student, rng, shape):
    """A batch of one row, or of one class, keeps its shape and its meaning.

    A single class has probability 1.
    """
    Z = rng.normal(size=shape)
    assert_close(as_array(student.softmax(Z), shape=shape), oracle(Z), given=f"scores of shape {shape}", **SIX)


@pytest.mark.presupposes("test_values")
def test_integer_scores(student):
    """Integer scores have the same probabilities as the same numbers as floats.

    An array of integers cannot hold a probability: do not write results into a copy of Z.
    """
    Z = np.array([[3, 1, -2], [0, 4, 4]])
    expected = on_its_own(student, Z.astype(np.float64))
    assert_close(as_array(student.softmax(Z)), expected, **SIX)


@pytest.mark.presupposes("test_values")
def test_scores_stay_as_they_are(student, rng):
    """The caller's scores are the same afterwards, to the last bit.

    Z -= ... and np.exp(Z, out=Z) write into the array that was passed.
    """
    Z = rng.normal(size=(3, 4))
    on_its_own(student, Z)
    call = student.softmax.observe(Z)
    as_array(call.value, shape=(3, 4))
    assert_unchanged(call, 0)
