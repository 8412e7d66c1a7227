"""f = |W x|², backward."""

import numpy as np
import pytest
import torch
from autograder import as_array, assert_close, assert_finite, assert_shape, fail, unpack

# Products of at most five float64 numbers of size one, in any order: far below 1e-12.
EXACT = {"rtol": 1e-10, "atol": 1e-12}
SHAPES = [(2, 5), (5, 2)]


def random_case(rng, shape):
    """W and x with entries of both signs."""
    return rng.uniform(-2.0, 2.0, shape), rng.uniform(-2.0, 2.0, shape[1])


def backward(student, W, x, *dout):
    """(dW, dx) as the student returns them."""
    _, cache = unpack(student.wx2_forward(W, x), 2)
    return unpack(student.wx2_backward(cache, *dout), 2)


def entries(value, n):
    """The n numbers of a result in one row, finite and not all alike; its shape has a test of its own."""
    row = as_array(as_array(value).ravel(), shape=(n,))
    assert_finite(row)
    if np.all(row == row[0]):
        fail("all entries of the result are the same number")
    return row


def by_torch(W, x):
    """(dW, dx) by automatic differentiation in float64."""
    weights, point = (torch.tensor(array, dtype=torch.float64, requires_grad=True) for array in (W, x))
    torch.mv(weights, point).pow(2).sum().backward()
    return weights.grad.numpy(), point.grad.numpy()


@pytest.mark.weight(3)
def test_two_by_two(student):
    """For the classic 2 by 2 example, dW is [[.088, .176], [.104, .208]] and dx is [-.112, .636].

    Entry (i, j) of dW is 2 q_i x_j; entry i of dx is the sum over k of 2 q_k W_ki.
    """
    dW, dx = backward(student, np.array([[0.1, 0.5], [-0.3, 0.8]]), np.array([0.2, 0.4]))
    assert_close(as_array(dW), np.array([[0.088, 0.176], [0.104, 0.208]]), given="dW", **EXACT)
    assert_close(as_array(dx), np.array([-0.112, 0.636]), given="dx", **EXACT)


def test_shapes(student, rng):
    """dW has the shape of W, and dx the shape of x.

    A gradient will one day be subtracted from its parameter, so the shapes have to agree.
    """
    dW, dx = backward(student, *random_case(rng, (3, 2)))
    assert_shape(dW, (3, 2))
    assert_shape(dx, (2,))


@pytest.mark.presupposes("test_two_by_two", "test_shapes")
@pytest.mark.parametrize("shape", SHAPES, ids=["wide", "tall"])
def test_dW_of_rectangles(student, rng, shape):
    """dW is right for wide and for tall matrices.

    An outer product: the row index comes from q, the column index from x.
    """
    W, x = random_case(rng, shape)
    assert_close(as_array(backward(student, W, x)[0]), by_torch(W, x)[0], **EXACT)


@pytest.mark.presupposes("test_two_by_two", "test_shapes")
@pytest.mark.parametrize("shape", SHAPES, ids=["wide", "tall"])
def test_dx_of_rectangles(student, rng, shape):
    """dx is right for wide and for tall matrices.

    Every entry of q depends on x_i: sum over the first index of W.
    """
    W, x = random_case(rng, shape)
    assert_close(as_array(as_array(backward(student, W, x)[1]).ravel()), by_torch(W, x)[1], **EXACT)


@pytest.mark.presupposes("test_two_by_two", "test_shapes")
@pytest.mark.parametrize("shape", [(1, 4), (4, 1)], ids=["one_row", "one_column"])
def test_one_row_or_one_column(student, rng, shape):
    """With one row or one column, dW is still a matrix and dx still a vector, and their entries are right.

    Do not squeeze: axes of length one count.
    """
    W, x = random_case(rng, shape)
    for name, actual, expected in zip(("dW", "dx"), backward(student, W, x), by_torch(W, x), strict=True):
        assert_close(as_array(actual), expected, given=name, **EXACT)


@pytest.mark.presupposes("test_two_by_two")
def test_upstream(student, rng):
    """Both gradients are proportional to dout.

    The gradient of q is dout * 2 q; everything else follows from it.
    """
    W, x = random_case(rng, (3, 3))
    for one, other, n in zip(backward(student, W, x), backward(student, W, x, -2.5), (9, 3), strict=True):
        assert_close(entries(other, n), -2.5 * entries(one, n), **EXACT)


@pytest.mark.presupposes("test_two_by_two")
@pytest.mark.weight(2)
def test_cache_serves_twice(student, rng):
    """A second call with the same cache gives the same answer: nothing in it is changed on the way back.

    q *= 2 changes the array that the cache holds; 2 * q makes a new one.
    """
    _, cache = unpack(student.wx2_forward(*random_case(rng, (2, 3))), 2)
    call = student.wx2_backward.observe(cache, 1.5)
    # The cache as the first call has left it.
    again = unpack(student.wx2_backward(call.arguments[0], 1.5), 2)
    for first, second, n in zip(unpack(call.value, 2), again, (6, 3), strict=True):
        assert_close(entries(second, n), entries(first, n), **EXACT)
