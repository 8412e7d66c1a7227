"""Cross-entropy with soft labels."""

import numpy as np
import pytest
import torch
from autograder import as_array, as_float, assert_close, unpack

torch.set_num_threads(1)  # these arrays are small: more threads only wait for each other

# Six digits, as promised: a float32 result is off by a few 1e-7.
SIX = {"rtol": 1e-5, "atol": 1e-6}


def test_loss(student, rng):
    """The loss is the mean over the examples of the cross-entropy between target and prediction.

    Sum over the classes, then take the mean over the rows.
    """
    Z, T = rng.normal(size=(4, 3)), rng.dirichlet([1.0, 1.0, 1.0], 4)
    expected = torch.nn.functional.cross_entropy(torch.as_tensor(Z), torch.as_tensor(T)).item()
    loss, _ = unpack(student.soft_cross_entropy(Z, T), 2)
    assert_close(as_float(loss), expected, **SIX)


def test_gradient(student, rng):
    """The gradient is prediction minus target, divided by the number of examples.

    The same as for hard labels: the derivation used only that the targets sum to 1.
    """
    Z, T = rng.normal(size=(4, 3)), rng.dirichlet([1.0, 1.0, 1.0], 4)
    scores = torch.tensor(Z, requires_grad=True)
    torch.nn.functional.cross_entropy(scores, torch.as_tensor(T)).backward()
    _, gradient = unpack(student.soft_cross_entropy(Z, T), 2)
    assert_close(as_array(gradient), scores.grad.numpy(), **SIX)


@pytest.mark.presupposes("test_loss", "test_gradient")
def test_hard_targets_and_large_scores(student):
    """A target of 0 or 1 with scores that lie 2000 apart gives an exact loss, and a finite gradient.

    0 times -2000 is 0, and 0 times -inf is nan: use log-probabilities that are finite, and a softmax that is.
    """
    Z = np.array([[1000.0, 0.0, -1000.0]])
    for label, cost in ((0, 0.0), (1, 1000.0), (2, 2000.0)):
        target = np.eye(3)[[label]]
        loss, gradient = unpack(student.soft_cross_entropy(Z, target), 2)
        # Exact in float32 and float64: log(1 + e^-1000) is 0, and the probabilities are 1, 0 and 0.
        assert_close(as_float(loss), cost, rtol=1e-9, atol=1e-9)
        assert_close(as_array(gradient), np.array([[1.0, 0.0, 0.0]]) - target, **SIX)
