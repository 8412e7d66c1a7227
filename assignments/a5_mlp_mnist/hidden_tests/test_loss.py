"""The mean cross-entropy from logits: known numbers, torch in float64, closed forms."""

import numpy as np
import pytest
import torch
from autograder import Tensor, as_float, assert_close, assert_unchanged, fail, on_device

torch.set_num_threads(1)  # these arrays are small: more threads only wait for each other

# Six digits, as float32 would give them; float64 is right to 1e-15.
SIX = {"rtol": 1e-5, "atol": 1e-6}


def cost(student, logits, y):
    """The student's loss of arrays, as a number."""
    return as_float(student.loss(torch.tensor(logits), torch.tensor(y)))


def test_four_predictions(student):
    """The four predictions of Rice ML II (p. 40) cost .1625, .3567, .9163 and 1.0498, and .6213 on average.

    The negative logarithm of the probability at the label, for each row.
    """
    predictions = np.log([[0.85, 0.1, 0.05], [0.2, 0.7, 0.1], [0.4, 0.45, 0.15], [0.4, 0.25, 0.35]])
    labels = np.array([0, 1, 0, 2])
    # Four digits, as in the sentence above.
    for row, expected in enumerate([0.1625, 0.3567, 0.9163, 1.0498]):
        found = cost(student, predictions[row : row + 1], labels[row : row + 1])
        assert_close(found, expected, rtol=0.0, atol=6e-5)
    assert_close(cost(student, predictions, labels), 0.6213, rtol=0.0, atol=6e-5)


@pytest.mark.presupposes("test_four_predictions")
@pytest.mark.weight(2)
def test_logits(student, rng):
    """For any logits and labels, the loss is the mean cross-entropy: logits go in, not probabilities.

    A softmax before a cross-entropy that has one inside is one too many: the loss of ten classes then never falls below 1.46.
    """
    for N, C in ((7, 5), (1, 12), (4, 2)):
        logits, y = rng.normal(0.0, 3.0, (N, C)), rng.integers(0, C, N)
        expected = torch.nn.functional.cross_entropy(torch.tensor(logits), torch.tensor(y)).item()
        assert_close(cost(student, logits, y), expected, **SIX)


@pytest.mark.presupposes("test_four_predictions")
def test_mean(student, rng):
    """Repeating a batch leaves the loss as it is: it is a mean over the examples.

    Divide by the number of rows.
    """
    logits, y = rng.normal(0.0, 2.0, (3, 5)), np.array([4, 0, 2])
    once, other = cost(student, logits, y), cost(student, logits, np.array([1, 1, 1]))
    if not np.isfinite(once) or not abs(once - other) > 1e-5:
        fail("even for an ordinary batch, the loss is not finite or does not depend on the labels")
    assert_close(cost(student, np.tile(logits, (3, 1)), np.tile(y, 3)), once, **SIX)


@pytest.mark.presupposes("test_four_predictions")
@pytest.mark.weight(2)
def test_wrong_by_a_thousand(student):
    """With logits of plus or minus 1000 and beyond, the loss is finite: a label 1000 below the largest costs 1000.

    e^1000 overflows in every precision. torch.logsumexp and torch.log_softmax subtract the largest logit of each row first.
    """
    for label, expected in ((2, 2000.0), (1, 1000.0), (0, 0.0)):
        # Exact in float32 and float64: log(1 + e^-1000) is 0.
        assert_close(cost(student, [[1000.0, 0.0, -1000.0]], [label]), expected, rtol=1e-9, atol=1e-9)
    # In each of these rows two logits are close: the labels are 0.7 and 0.6 behind.
    logits, y = np.array([[1699.3, -1000.0, 1700.0], [-3000.0, -1500.3, -1500.9]]), np.array([0, 2])
    expected = np.log1p(np.exp([0.7, 0.6]))
    for row in (0, 1):
        # A logit of 1700 is right to 1e-4 in float32; whatever is left out or cut off costs more than 0.1.
        assert_close(cost(student, logits[row : row + 1], y[row : row + 1]), expected[row], rtol=0.0, atol=1e-3)
    # Other tests judge whether a batch costs the mean of its rows; this one, whether one row spoils another.
    if not expected.min() - 1e-3 < cost(student, logits, y) < expected.sum() + 1e-3:
        fail("two rows whose logits are thousands apart do not cost together what they cost alone")


@pytest.mark.presupposes("test_four_predictions")
def test_a_tensor_without_dimensions(student, rng):
    """The loss is a torch tensor with no dimensions, of the dtype of the logits.

    Return the tensor itself: .item() makes the GPU wait, and the training loop adds up the losses on the device.
    """
    for dtype in ("float32", "float64"):
        found = student.loss(torch.tensor(rng.normal(size=(4, 3)).astype(dtype)), torch.tensor([0, 2, 1, 1]))
        if not isinstance(found, Tensor):
            fail("the loss should be a torch tensor")
        as_float(found)
        if found.dtype != dtype:
            fail(f"for logits of {dtype} the loss has the dtype {found.dtype}")


@pytest.mark.presupposes("test_four_predictions")
def test_nothing_is_changed(student, rng):
    """The logits and the labels are the same after the call, to the last bit.

    logits -= ... writes into the tensor that was passed.
    """
    call = student.loss.observe(torch.tensor(rng.normal(size=(4, 3))), torch.tensor([0, 2, 1, 1]))
    if not as_float(call.value) > 0:
        fail("even for an ordinary batch, the loss is not above zero")
    assert_unchanged(call, 0, 1)


@pytest.mark.presupposes("test_four_predictions")
@pytest.mark.cuda(twin="test_logits")
def test_on_a_gpu(student, rng):
    """The loss of logits on the GPU is a tensor on the GPU.

    Make no new tensors, or make them on logits.device.
    """
    logits, y = torch.tensor(rng.normal(size=(6, 4))), torch.tensor(rng.integers(0, 4, 6))
    found = student.loss(on_device(logits, "cuda"), on_device(y, "cuda"))
    if not isinstance(found, Tensor) or not found.device.startswith("cuda"):
        fail("the loss is not on the GPU")
    assert_close(as_float(found), torch.nn.functional.cross_entropy(logits, y).item(), **SIX)
