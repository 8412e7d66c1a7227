"""Two classes: the sigmoid and the binary cross-entropy."""

import numpy as np
import pytest
import torch
from autograder import as_array, as_float, assert_close

torch.set_num_threads(1)  # these arrays are small: more threads only wait for each other

# Six digits, as promised: a float32 result is off by a few 1e-7.
SIX = {"rtol": 1e-5, "atol": 1e-6}


def test_sigmoid_is_a_softmax(student, rng):
    """The sigmoid of a is the first of the two probabilities of the scores [a, 0].

    In the shape of a, whatever that is.
    """
    a = np.vstack([rng.uniform(0.1, 0.9, 3), rng.normal(0.0, 3.0, 3), rng.uniform(-0.9, -0.1, 3)])
    pairs = torch.as_tensor(np.stack([a, np.zeros_like(a)]))
    assert_close(as_array(student.sigmoid(a)), torch.softmax(pairs, dim=0)[0].numpy(), **SIX)


@pytest.mark.presupposes("test_sigmoid_is_a_softmax")
def test_sigmoid_of_large_scores(student):
    """The sigmoid of 1000 is 1 and that of -1000 is 0.

    exp of a large positive number overflows: use exp(-|a|), which never does.
    """
    assert_close(as_array(student.sigmoid(np.array([1000.0, -1000.0, 0.0]))), np.array([1.0, 0.0, 0.5]), **SIX)


def test_loss(student, rng):
    """The loss is the mean of the negative log-probabilities of the labels.

    A label of 1 is the class whose score is a; the scores go through one sigmoid, not two.
    """
    a, y = rng.normal(0.0, 2.0, 6), np.array([0.0, 1.0, 1.0, 0.0, 1.0, 1.0])
    expected = torch.nn.functional.binary_cross_entropy_with_logits(torch.as_tensor(a), torch.as_tensor(y)).item()
    assert_close(as_float(student.bce_with_logits(a, y)), expected, **SIX)


@pytest.mark.presupposes("test_loss")
def test_wrong_by_a_thousand(student):
    """A score that is wrong by 1000 costs exactly 1000, and one that is right costs nothing.

    log(1 + exp(a)) is max(a, 0) + log(1 + exp(-|a|)).
    """
    for a, y, cost in ((1000.0, 0, 1000.0), (-1000.0, 1, 1000.0), (1000.0, 1, 0.0), (-1000.0, 0, 0.0)):
        value = student.bce_with_logits(np.array([a]), np.array([y]))
        assert_close(as_float(value), cost, rtol=1e-9, atol=1e-9)
