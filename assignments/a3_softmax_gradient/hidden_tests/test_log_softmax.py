"""Log-softmax: log-probabilities that survive where probabilities do not."""

import numpy as np
import pytest
import torch
from autograder import as_array, assert_close, assert_unchanged, fail

torch.set_num_threads(1)  # these arrays are small: more threads only wait for each other

# Six digits, as promised: a float32 result is off by a few 1e-7.
SIX = {"rtol": 1e-5, "atol": 1e-6}


def oracle(Z):
    """torch's log_softmax in float64."""
    return torch.log_softmax(torch.as_tensor(np.asarray(Z, dtype=np.float64)), dim=1).numpy()


def on_its_own(student, Z):
    """The student's answer for scores of ordinary size, to compare other answers with; it must say something."""
    answer = as_array(student.log_softmax(Z), shape=Z.shape)
    if not np.isfinite(answer).all() or np.ptp(answer) < 1e-3 or np.allclose(answer, Z):
        fail("even for scores around 0 the result is constant, not finite, or the scores themselves")
    return answer


@pytest.mark.weight(2)
def test_values(student, rng):
    """Each entry is the logarithm of the probability that softmax gives.

    The score, minus the logarithm of the sum of exponentials of its row.
    """
    Z = rng.normal(0.0, 2.0, (5, 4))
    assert_close(as_array(student.log_softmax(Z)), oracle(Z), **SIX)


@pytest.mark.presupposes("test_values")
@pytest.mark.parametrize("level", [1000.0, -1000.0], ids=["large", "small"])
def test_large_scores(student, level):
    """Scores around 1000 or -1000 give the same log-probabilities as the same scores around 0.

    Subtract the maximum of the row before you exponentiate.
    """
    # Multiples of 1/4: adding 1000 to them is exact, in float32 too.
    Z = np.array([[0.0, 0.25, -1.5], [2.0, 0.0, 0.75]])
    expected = on_its_own(student, Z)
    assert_close(as_array(student.log_softmax(Z + level)), expected, given=f"scores around {level:g}", **SIX)


@pytest.mark.presupposes("test_values")
@pytest.mark.weight(3)
def test_tiny_probabilities(student):
    """A probability far too small for a float64 still has an exact logarithm.

    Split the logarithm instead of taking it of a softmax; clipping or adding 1e-12 stops at -27.6.
    """
    # The two largest scores of each row make up its sum: what the third adds is below 1e-17.
    Z = np.array([[700.0, 699.25, -300.0], [-0.5, -900.0, 0.5]])
    expected = np.array([[0.0, -0.75, -1000.0], [-1.0, -900.5, 0.0]]) - np.log1p(np.exp([[-0.75], [-1.0]]))
    assert_close(as_array(student.log_softmax(Z)), expected, **SIX)


@pytest.mark.presupposes("test_values", "test_large_scores")
@pytest.mark.weight(2)
def test_rows_that_lie_far_apart(student):
    """A row around -800 in the same batch as a row around +800 is treated like any other.

    Every row has a maximum of its own.
    """
    Z = np.array([[0.0, 0.25, -1.5, 0.75], [2.0, 0.0, 0.75, -0.5], [0.5, 1.25, 1.5, -2.0]])
    shifts = np.array([[-800.0], [0.0], [800.0]])
    expected = on_its_own(student, Z)
    assert_close(as_array(student.log_softmax(Z + shifts)), expected, **SIX)


@pytest.mark.presupposes("test_values")
def test_integer_scores(student):
    """Integer scores have the same log-probabilities as the same numbers as floats.

    An array of integers cannot hold a log-probability: do not write results into a copy of Z.
    """
    Z = np.array([[3, 1, -2], [0, 4, 4]])
    expected = on_its_own(student, Z.astype(np.float64))
    assert_close(as_array(student.log_softmax(Z)), expected, **SIX)


@pytest.mark.presupposes("test_values")
def test_scores_stay_as_they_are(student, rng):
    """The caller's scores are the same afterwards, to the last bit.

    Z -= ... writes into the array that was passed.
    """
    Z = rng.normal(size=(3, 4))
    on_its_own(student, Z)
    call = student.log_softmax.observe(Z)
    as_array(call.value, shape=(3, 4))
    assert_unchanged(call, 0)
