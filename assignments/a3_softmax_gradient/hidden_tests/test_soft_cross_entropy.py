"""Cross-entropy with soft labels and a temperature."""

import numpy as np
import pytest
import torch
from autograder import as_array, as_float, assert_close, unpack

torch.set_num_threads(1)  # these arrays are small: more threads only wait for each other

# Six digits, as promised: a float32 result is off by a few 1e-7.
SIX = {"rtol": 1e-5, "atol": 1e-6}


def oracle(Z, Y, T=1.0):
    """The loss and its gradient from torch.autograd in float64."""
    scores = torch.tensor(Z, requires_grad=True)
    loss = torch.nn.functional.cross_entropy(scores / T, torch.as_tensor(Y))
    loss.backward()
    return loss.item(), scores.grad.numpy()


def test_loss(student, rng):
    """The loss is the mean over the examples of the cross-entropy between label and prediction.

    Sum over the classes, then take the mean over the rows.
    """
    Z, Y = rng.normal(size=(4, 3)), rng.dirichlet([1.0, 1.0, 1.0], 4)
    loss, _ = unpack(student.soft_cross_entropy(Z, Y), 2)
    assert_close(as_float(loss), oracle(Z, Y)[0], **SIX)


def test_gradient(student, rng):
    """The gradient is prediction minus label, divided by the number of examples.

    The same as for hard labels: the derivation used only that the labels sum to 1.
    """
    Z, Y = rng.normal(size=(4, 3)), rng.dirichlet([1.0, 1.0, 1.0], 4)
    _, gradient = unpack(student.soft_cross_entropy(Z, Y), 2)
    assert_close(as_array(gradient), oracle(Z, Y)[1], **SIX)


@pytest.mark.presupposes("test_loss", "test_gradient")
@pytest.mark.parametrize("T", [0.4, 2.5], ids=["cold", "warm"])
def test_temperature(student, rng, T):
    """At another temperature the loss is that of the scores divided by T, and the gradient has another factor 1/T.

    The softmax sees Z / T, so the chain rule multiplies by 1/T, the derivative of Z / T with respect to Z.
    """
    Z, Y = rng.normal(size=(4, 3)), rng.dirichlet([1.0, 1.0, 1.0], 4)
    loss, gradient = unpack(student.soft_cross_entropy(Z, Y, T), 2)
    expected = oracle(Z, Y, T)
    assert_close(as_float(loss), expected[0], given=f"the loss at T = {T}", **SIX)
    assert_close(as_array(gradient), expected[1], given=f"the gradient at T = {T}", **SIX)


@pytest.mark.presupposes("test_loss", "test_gradient")
def test_hard_labels_and_large_scores(student):
    """A label of 0 or 1 with scores that lie 2000 apart gives an exact loss, and a finite gradient.

    0 times -2000 is 0, and 0 times -inf is nan: use log-probabilities that are finite, and a softmax that is.
    """
    Z = np.array([[1000.0, 0.0, -1000.0]])
    for label, cost in ((0, 0.0), (1, 1000.0), (2, 2000.0)):
        target = np.eye(3)[[label]]
        loss, gradient = unpack(student.soft_cross_entropy(Z, target), 2)
        # Exact in float32 and float64: log(1 + e^-1000) is 0, and the probabilities are 1, 0 and 0.
        assert_close(as_float(loss), cost, rtol=1e-9, atol=1e-9)
        assert_close(as_array(gradient), np.array([[1.0, 0.0, 0.0]]) - target, **SIX)
