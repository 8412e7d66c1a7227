"""Several sigmoids: the sum of binary cross-entropies, and its gradient."""

import numpy as np
import pytest
import torch
from autograder import as_array, as_float, assert_close, unpack

torch.set_num_threads(1)  # these arrays are small: more threads only wait for each other

# Six digits, as promised: a float32 result is off by a few 1e-7.
SIX = {"rtol": 1e-5, "atol": 1e-6}


def oracle(Z, Y):
    """The loss, summed over the classes, and its gradient from torch.autograd in float64."""
    scores = torch.tensor(Z, requires_grad=True)
    entries = torch.nn.functional.binary_cross_entropy_with_logits(scores, torch.as_tensor(Y), reduction="none")
    loss = entries.sum(dim=1).mean()
    loss.backward()
    return loss.item(), scores.grad.numpy()


def batch(rng):
    """Scores, and labels with no, one, two and three ones in a row."""
    return rng.normal(0.0, 2.0, (4, 3)), np.array([[0.0, 0, 0], [0, 1, 0], [1, 0, 1], [1, 1, 1]])


@pytest.mark.weight(2)
def test_loss(student, rng):
    """The loss is the mean over the examples of the sum of the binary cross-entropies of their classes.

    Each score goes through one sigmoid; add up a row, then divide by the number of rows.
    """
    Z, Y = batch(rng)
    loss, _ = unpack(student.sigmoid_cross_entropy(Z, Y), 2)
    assert_close(as_float(loss), oracle(Z, Y)[0], **SIX)


@pytest.mark.weight(2)
def test_gradient(student, rng):
    """The gradient is sigmoid minus label, divided by the number of examples.

    What you predicted, minus what is true; N counts rows, not scores.
    """
    Z, Y = batch(rng)
    _, gradient = unpack(student.sigmoid_cross_entropy(Z, Y), 2)
    assert_close(as_array(gradient), oracle(Z, Y)[1], **SIX)


@pytest.mark.presupposes("test_loss", "test_gradient")
def test_one_class(student, rng):
    """A single class gives the binary cross-entropy of its score, and a gradient of shape (N, 1).

    Keep the axis of the classes even if its length is 1.
    """
    Z, Y = rng.normal(0.0, 2.0, (5, 1)), np.array([[1.0], [0.0], [0.0], [1.0], [0.0]])
    loss, gradient = unpack(student.sigmoid_cross_entropy(Z, Y), 2)
    expected = oracle(Z, Y)
    assert_close(as_float(loss), expected[0], **SIX)
    assert_close(as_array(gradient, shape=(5, 1)), expected[1], **SIX)


@pytest.mark.presupposes("test_loss", "test_gradient")
@pytest.mark.weight(2)
def test_wrong_by_a_thousand(student):
    """A score that is wrong by 1000 costs exactly 1000, one that is right costs nothing, and gradients are finite.

    log(1 + exp(a)) is max(a, 0) + log(1 + exp(-|a|)).
    """
    for score, label, cost, slope in ((1000.0, 0, 1000.0, 1), (-1000.0, 1, 1000.0, -1), (1000.0, 1, 0.0, 0)):
        # Two classes and one example; the other class has the score 0 and the label 1, and costs log(2).
        Z, Y = np.array([[score, 0.0]]), np.array([[float(label), 1.0]])
        loss, gradient = unpack(student.sigmoid_cross_entropy(Z, Y), 2)
        assert_close(as_float(loss), cost + np.log(2.0), **SIX)
        assert_close(as_array(gradient), np.array([[slope, -0.5]]), **SIX)
