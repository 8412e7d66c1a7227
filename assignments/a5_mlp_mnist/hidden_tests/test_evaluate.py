"""Accuracy: exact fractions, and nothing else happens."""

import numpy as np
import pytest
import torch
from autograder import (
    Tensor,
    as_array,
    as_bool,
    as_float,
    assert_close,
    assert_unchanged,
    fail,
    imported,
    on_device,
    unpack,
)

torch.set_num_threads(1)  # these arrays are small: more threads only wait for each other


def one_hot(indices, C):
    """Rows with a single one: a network of one layer, the identity, predicts these indices."""
    return torch.eye(C)[torch.as_tensor(indices)]


def scores(rng, indices, C):
    """Rows of positive numbers, each with its largest at one of these indices, which the identity predicts."""
    rows = torch.tensor(rng.uniform(0.1, 1.0, (len(indices), C)), dtype=torch.float32)
    rows[torch.arange(len(indices)), torch.as_tensor(indices)] += 1.0
    return rows


def identity(C):
    """The parameters of that network."""
    return [(torch.eye(C), torch.zeros(C))]


def accuracy(student, params, X, y):
    """The student's accuracy, as a number."""
    return as_float(student.evaluate(params, X, torch.as_tensor(y)))


@pytest.mark.weight(2)
def test_the_share(student, rng):
    """The accuracy is the share of the examples whose largest logit is that of their label.

    As a number from 0 to 1: count, then divide by N.
    """
    predicted = [0, 3, 1, 2, 2, 0, 1]
    for labels in ([0, 3, 1, 2, 1, 3, 0], [0, 3, 1, 2, 2, 0, 1], [1, 0, 0, 0, 0, 1, 0]):
        expected = np.mean(np.array(predicted) == np.array(labels))
        # 4/7 in float32 is right to 6e-8.
        assert_close(accuracy(student, identity(4), scores(rng, predicted, 4), labels), expected, rtol=1e-6, atol=1e-9)
    assert_close(accuracy(student, identity(4), scores(rng, [2], 4), [2]), 1.0, rtol=1e-6)


def test_a_network(student, rng):
    """The predictions are those of the whole network, with its hidden layers, its biases and its ReLUs.

    forward gives the logits; their order is all that counts.
    """
    shapes = [(12, 5), (12, 12), (3, 12)]
    params = [(torch.tensor(rng.normal(0.0, 0.5, s)), torch.tensor(rng.normal(0.0, 0.5, s[0]))) for s in shapes]
    X = torch.tensor(rng.normal(size=(60, 5)))
    Z = X
    for W, b in params[:-1]:
        Z = torch.relu(Z @ W.T + b)
    y = (Z @ params[-1][0].T + params[-1][1]).argmax(dim=1)
    y[:15] = (y[:15] + 1) % 3
    assert_close(accuracy(student, params, X, y), 0.75, rtol=1e-6)


@pytest.mark.presupposes("test_the_share", "test_a_network")
def test_every_example_counts_once(student):
    """For a thousand examples and a few more, every example counts once.

    If you go through the data in batches, count the right answers of all: a mean over batches counts the last ones too much.
    """
    predicted = np.arange(1201) % 3
    labels = np.where(np.arange(1201) < 1190, predicted, (predicted + 1) % 3)
    assert_close(accuracy(student, identity(3), one_hot(predicted, 3), labels), 1190 / 1201, rtol=1e-6)


def test_a_float(student):
    """The accuracy comes back as a Python float.

    .item() or float(...) makes one from a tensor without dimensions.
    """
    found = student.evaluate(identity(2), one_hot([0, 1, 1], 2), torch.tensor([0, 0, 1]))
    if isinstance(found, Tensor):
        fail("you returned a tensor; it should be a float")
    if not isinstance(found, float):
        fail("the accuracy is not a float")


def test_nothing_is_changed(student, rng):
    """Parameters, images and labels are the same afterwards, to the last bit.

    Measuring is not training.
    """
    params = [(torch.tensor(rng.normal(size=(3, 4))), torch.tensor(rng.normal(size=3)))]
    X, y = torch.tensor(rng.normal(size=(20, 4))), torch.tensor(rng.integers(0, 3, 20))
    call = student.evaluate.observe(params, X, y)
    as_float(call.value)
    assert_unchanged(call, 0, 1, 2)


def test_the_surroundings(student):
    """The global random state and the gradient mode are the same after the call as before.

    `with torch.no_grad():` ends by itself; torch.set_grad_enabled(...) does not. No random number is needed here.
    """
    case = identity(3), one_hot([0, 1, 2, 1], 3), torch.tensor([0, 1, 1, 1])
    accuracy(student, *case)
    for moments in unpack(imported(student, "probes").quietly(student.evaluate, *case), 2):
        assert_same_surroundings(*unpack(moments, 2))


def assert_same_surroundings(before, after):
    """The global random state and the gradient mode of two moments are the same."""
    (numbers, gradients), (numbers_after, gradients_after) = unpack(before, 2), unpack(after, 2)
    if as_bool(gradients) != as_bool(gradients_after):
        fail("gradients were switched on or off, and stayed that way")
    if not np.array_equal(as_array(numbers), as_array(numbers_after)):
        fail("torch's global random numbers are not what they were before")


@pytest.mark.presupposes("test_the_share", "test_a_network")
@pytest.mark.cuda(twin="test_the_share")
def test_on_a_gpu(student):
    """A network and images on the GPU are evaluated there.

    Make no new tensors, or make them on X.device.
    """
    params = [(on_device(W, "cuda"), on_device(b, "cuda")) for W, b in identity(4)]
    X, y = one_hot([0, 3, 1, 2, 2], 4), torch.tensor([0, 3, 1, 1, 1])
    found = student.evaluate(params, on_device(X, "cuda"), on_device(y, "cuda"))
    assert_close(as_float(found), 0.6, rtol=1e-6)
