"""The mean of |W x|² over a batch, forward and backward."""

import numpy as np
import pytest
import torch
from autograder import as_array, as_float, assert_close, assert_finite, assert_shape, fail, unpack

# Sums of at most a dozen products of float64 numbers of size one.
EXACT = {"rtol": 1e-10, "atol": 1e-12}


def random_batch(rng, examples):
    """W of shape (3, 2) and X of shape (examples, 2)."""
    return rng.uniform(-2.0, 2.0, (3, 2)), rng.uniform(-2.0, 2.0, (examples, 2))


def forward(student, W, X):
    """(L, cache)"""
    return unpack(student.wx2_batch_forward(W, X), 2)


def backward(student, W, X, *dout):
    """(dW, dX) as the student returns them."""
    return unpack(student.wx2_batch_backward(forward(student, W, X)[1], *dout), 2)


def entries(value, n):
    """The n numbers of a result in one row, finite and not all alike; its shape has a test of its own."""
    row = as_array(as_array(value).ravel(), shape=(n,))
    assert_finite(row)
    if np.all(row == row[0]):
        fail("all entries of the result are the same number")
    return row


def by_torch(W, X):
    """(dW, dX), one example after the other, by automatic differentiation in float64."""
    weights, batch = (torch.tensor(array, dtype=torch.float64, requires_grad=True) for array in (W, X))
    torch.stack([torch.mv(weights, row).pow(2).sum() for row in batch]).mean().backward()
    return weights.grad.numpy(), batch.grad.numpy()


@pytest.mark.weight(2)
def test_mean_of_the_examples(student, rng):
    """L is the mean over the examples, not the sum.

    Examples are the rows of X; divide by their number.
    """
    W, X = random_batch(rng, 5)
    expected = sum(float(np.dot(W @ x, W @ x)) for x in X) / 5
    assert_close(as_float(forward(student, W, X)[0]), expected, **EXACT)


@pytest.mark.weight(2)
def test_shapes(student, rng):
    """dW has the shape of W, and dX the shape of X.

    dW is one sum over the examples; dX keeps a row for each.
    """
    dW, dX = backward(student, *random_batch(rng, 4))
    assert_shape(dW, (3, 2))
    assert_shape(dX, (4, 2))


@pytest.mark.presupposes("test_shapes")
def test_one_example(student, rng):
    """A batch of one example has the gradients of that example, and dX is still a matrix.

    With N = 1 the mean changes nothing; dX is (1, n).
    """
    W, X = random_batch(rng, 1)
    for name, actual, expected in zip(("dW", "dX"), backward(student, W, X), by_torch(W, X), strict=True):
        assert_close(as_array(actual), expected, given=name, **EXACT)


@pytest.mark.presupposes("test_mean_of_the_examples")
def test_dW_sums_over_the_examples(student, rng):
    """dW is the mean of the gradients of all examples.

    W is used once for each example, and gradients add at branches; the 1/N of the mean is one more factor.
    """
    W, X = random_batch(rng, 4)
    assert_close(as_array(backward(student, W, X)[0]), by_torch(W, X)[0], **EXACT)


@pytest.mark.presupposes("test_mean_of_the_examples")
def test_dX_row_by_row(student, rng):
    """Each row of dX belongs to its own example, and carries the 1/N of the mean.

    Moving one of N examples moves the mean by 1/N of what it moves its own term.
    """
    W, X = random_batch(rng, 4)
    assert_close(as_array(backward(student, W, X)[1]), by_torch(W, X)[1], **EXACT)


def test_upstream(student, rng):
    """Both gradients are proportional to dout.

    Multiply by dout where the gradient of Q is formed.
    """
    W, X = random_batch(rng, 5)
    one, other = backward(student, W, X), backward(student, W, X, -2.5)
    assert_close(entries(other[0], 6), -2.5 * entries(one[0], 6), **EXACT)
    assert_close(as_array(other[1]), -2.5 * as_array(one[1]), **EXACT)


@pytest.mark.presupposes("test_mean_of_the_examples")
def test_repeated_examples(student, rng):
    """Repeating every example changes neither L nor dW.

    A mean does not grow with the batch, and neither does its gradient.
    """
    W, X = random_batch(rng, 5)
    twice = np.repeat(X, 2, axis=0)
    L, more = (as_float(forward(student, W, batch)[0]) for batch in (X, twice))
    dW, larger = (entries(backward(student, W, batch)[0], 6) for batch in (X, twice))
    assert_close(more, L, **EXACT)
    assert_close(larger, dW, **EXACT)
