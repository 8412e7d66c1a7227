"""The gradient of the mean cross-entropy with respect to the scores."""

import numpy as np
import pytest
import torch
from autograder import as_array, assert_close, assert_unchanged, fail

torch.set_num_threads(1)  # these arrays are small: more threads only wait for each other

# Six digits, as promised: a float32 result is off by a few 1e-7.
SIX = {"rtol": 1e-5, "atol": 1e-6}


def oracle(Z, labels):
    """torch's gradient of its own cross entropy, in float64."""
    scores = torch.tensor(np.asarray(Z, dtype=np.float64), requires_grad=True)
    torch.nn.functional.cross_entropy(scores, torch.as_tensor(np.asarray(labels, dtype=np.int64))).backward()
    return scores.grad.numpy()


def on_its_own(student, Z, labels):
    """The student's gradient for an ordinary case, to compare other gradients with; it must depend on the labels."""
    both = (labels, (labels + 1) % Z.shape[1])
    gradient, other = (as_array(student.dlogits(Z, truth), shape=Z.shape) for truth in both)
    if not np.isfinite(gradient).all() or not np.abs(gradient - other).max() > 1e-4:
        fail("even for ordinary scores and labels, the gradient is not finite or does not depend on the labels")
    return gradient


@pytest.mark.weight(3)
def test_values(student, rng):
    """The gradient is what a small change of each score does to the loss.

    Prediction minus truth, in that order, divided by the number of examples.
    """
    Z, labels = rng.normal(0.0, 2.0, (5, 4)), rng.permutation([0, 1, 2, 3, 2])
    assert_close(as_array(student.dlogits(Z, labels)), oracle(Z, labels), **SIX)


@pytest.mark.presupposes("test_values")
def test_rows_sum_to_zero(student, rng):
    """Each row of the gradient sums to zero, but is not all zeros.

    Probabilities sum to 1 over the classes of a row, and so does the truth.
    """
    gradient = on_its_own(student, rng.normal(size=(4, 6)), np.array([5, 0, 3, 3]))
    assert_close(gradient.sum(axis=1), np.zeros(4), atol=1e-6)
    if np.abs(gradient).max(axis=1).min() < 1e-3:
        fail("a row of the gradient is zero")


@pytest.mark.presupposes("test_values")
@pytest.mark.weight(2)
def test_repeated_batch(student, rng):
    """When a batch is repeated, each row gets half of its gradient: the loss is a mean.

    Divide by N, the number of rows.
    """
    Z, labels = rng.normal(size=(3, 4)), np.array([1, 0, 3])
    once = on_its_own(student, Z, labels)
    twice = as_array(student.dlogits(np.vstack([Z, Z]), np.tile(labels, 2)), shape=(6, 4))
    assert_close(twice, np.vstack([once, once]) / 2, **SIX)


@pytest.mark.presupposes("test_values")
@pytest.mark.weight(2)
def test_wrong_by_a_thousand(student):
    """When a wrong class is ahead by 1000, the gradient is 1 there, -1 at the label and 0 elsewhere.

    It is bounded, however wrong the prediction is, and it does not vanish. Are your probabilities finite?
    """
    gradient = student.dlogits(np.array([[-500.0, 1000.0, -1000.0, 0.0]]), np.array([3]))
    assert_close(as_array(gradient), np.array([[0.0, 1.0, 0.0, -1.0]]), **SIX)


@pytest.mark.presupposes("test_values")
def test_one_example(student, rng):
    """A batch of one example has a gradient of shape (1, C).

    Keep both axes.
    """
    on_its_own(student, rng.normal(size=(1, 5)), np.array([4]))


@pytest.mark.presupposes("test_values")
def test_small_integer_types(student, rng):
    """Labels stored as uint8 have the same gradient as the same labels in int64, even in a batch of 300.

    Some libraries treat a uint8 index as a mask, and arithmetic in uint8 wraps around to 0 after 255.
    """
    Z, labels = rng.normal(size=(300, 3)), rng.integers(0, 3, 300)
    expected = on_its_own(student, Z, labels)
    assert_close(as_array(student.dlogits(Z, labels.astype(np.uint8))), expected, **SIX)


@pytest.mark.presupposes("test_values")
def test_integer_scores(student):
    """Integer scores have the same gradient as the same numbers as floats.

    An array of integers cannot hold a gradient: do not write results into a copy of Z.
    """
    Z = np.array([[3, 1, -2], [0, 4, 4]])
    expected = on_its_own(student, Z.astype(np.float64), np.array([1, 2]))
    assert_close(as_array(student.dlogits(Z, np.array([1, 2]))), expected, **SIX)


@pytest.mark.presupposes("test_values")
@pytest.mark.weight(2)
def test_arguments_stay_as_they_are(student, rng):
    """The caller's scores and labels are the same afterwards, to the last bit.

    Subtract the ones from your own array of probabilities, not from Z.
    """
    Z, labels = rng.normal(size=(3, 4)), np.array([0, 3, 3])
    on_its_own(student, Z, labels)
    call = student.dlogits.observe(Z, labels)
    as_array(call.value, shape=(3, 4))
    assert_unchanged(call, 0, 1)
