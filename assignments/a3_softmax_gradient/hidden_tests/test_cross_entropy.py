"""Cross-entropy: the mean surprise at the true labels."""

import numpy as np
import pytest
import torch
from autograder import as_float, assert_close, assert_unchanged, fail

torch.set_num_threads(1)  # these arrays are small: more threads only wait for each other

# Six digits, as promised: a float32 result is off by a few 1e-7.
SIX = {"rtol": 1e-5, "atol": 1e-6}


def oracle(Z, labels):
    """torch's cross entropy in float64."""
    target = torch.as_tensor(np.asarray(labels, dtype=np.int64))
    return torch.nn.functional.cross_entropy(torch.as_tensor(Z), target).item()


def on_its_own(student, Z, labels):
    """The student's loss for an ordinary case, to compare other losses with; it must depend on the labels."""
    loss, other = (as_float(student.cross_entropy(Z, truth)) for truth in (labels, (labels + 1) % Z.shape[1]))
    if not np.isfinite(loss) or not abs(loss - other) > 1e-5:
        fail("even for ordinary scores and labels, the loss is not finite or does not depend on the labels")
    return loss


@pytest.mark.weight(2)
def test_value(student, rng):
    """The loss is the mean of the negative log-probabilities of the labels.

    Row n contributes the entry in the column labels[n].
    """
    Z, labels = rng.normal(0.0, 2.0, (7, 4)), rng.permutation([0, 1, 2, 3, 3, 1, 1])
    assert_close(as_float(student.cross_entropy(Z, labels)), oracle(Z, labels), **SIX)


@pytest.mark.presupposes("test_value")
@pytest.mark.weight(2)
def test_repeated_batch(student, rng):
    """A batch that is repeated has the same loss: it is a mean.

    Divide by the number of examples, not by the number of scores.
    """
    Z, labels = rng.normal(0.0, 2.0, (3, 5)), np.array([4, 0, 2])
    once = on_its_own(student, Z, labels)
    assert_close(as_float(student.cross_entropy(np.tile(Z, (3, 1)), np.tile(labels, 3))), once, **SIX)


@pytest.mark.presupposes("test_value")
@pytest.mark.weight(3)
def test_wrong_by_a_thousand(student):
    """A label whose score is 1000 or 2000 behind costs 1000 or 2000.

    Its probability is 0 in float64, but its log-probability is an ordinary number: use log_softmax, and do not clip.
    """
    Z = np.array([[1000.0, 0.0, -1000.0]])
    for label, cost in ((2, 2000.0), (1, 1000.0), (0, 0.0)):
        # Every number here is exact in float32 and float64: log(1 + e^-1000) is 0.
        assert_close(as_float(student.cross_entropy(Z, np.array([label]))), cost, rtol=1e-9, atol=1e-9)


@pytest.mark.presupposes("test_value", "test_wrong_by_a_thousand")
def test_rows_that_lie_far_apart(student):
    """Adding 800 to all scores of one row, or subtracting it from another, changes nothing.

    Every row has a maximum of its own.
    """
    Z = np.array([[0.0, 0.25, -1.5, 0.75], [2.0, 0.0, 0.5, -0.5], [0.5, 1.25, 2.5, -2.0]])
    labels = np.array([2, 0, 1])
    shifts = np.array([[-800.0], [0.0], [800.0]])
    expected = on_its_own(student, Z, labels)
    assert_close(as_float(student.cross_entropy(Z + shifts, labels)), expected, **SIX)


@pytest.mark.presupposes("test_value")
def test_small_integer_types(student, rng):
    """Labels stored as uint8 work like any other labels, even in a batch of 300.

    Arithmetic in uint8 wraps around to 0 after 255; convert the labels before you compute with them.
    """
    Z, labels = rng.normal(size=(300, 3)), rng.integers(0, 3, 300)
    expected = on_its_own(student, Z, labels)
    assert_close(as_float(student.cross_entropy(Z, labels.astype(np.uint8))), expected, **SIX)


@pytest.mark.presupposes("test_value")
def test_arguments_stay_as_they_are(student, rng):
    """The caller's scores and labels are the same afterwards, to the last bit.

    Z -= ... writes into the array that was passed.
    """
    Z, labels = rng.normal(size=(3, 4)), np.array([0, 3, 3])
    on_its_own(student, Z, labels)
    call = student.cross_entropy.observe(Z, labels)
    as_float(call.value)
    assert_unchanged(call, 0, 1)
