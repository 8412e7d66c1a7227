"""The linear softmax: loss, dW and db for a whole batch."""

import numpy as np
import pytest
import torch
from autograder import as_array, as_float, assert_close, assert_unchanged, fail, unpack

torch.set_num_threads(1)  # these arrays are small: more threads only wait for each other

# Six digits, as promised: a float32 result is off by a few 1e-7, and a sum over a few features adds another few.
SIX = {"rtol": 1e-5, "atol": 2e-6}


def oracle(X, W, b, labels):
    """Loss and gradients from torch.autograd in float64."""
    weights, bias = (torch.tensor(p, requires_grad=True) for p in (W, b))
    scores = torch.as_tensor(X) @ weights.T + bias
    loss = torch.nn.functional.cross_entropy(scores, torch.as_tensor(np.asarray(labels, dtype=np.int64)))
    loss.backward()
    return loss.item(), weights.grad.numpy(), bias.grad.numpy()


def problem(rng, N, D, C):
    """A batch, weights and labels; the last class occurs, and in a batch of several examples the first one, too."""
    labels = rng.permutation([C - 1, 0, *rng.integers(0, C, N - 2)] if N > 1 else [C - 1])
    return rng.normal(size=(N, D)), rng.normal(size=(C, D)), rng.normal(size=C), labels


def parts(student, X, W, b, labels):
    """The student's loss, dW and db, finite and of the right shapes."""
    loss, dW, db = unpack(student.linear_grads(X, W, b, labels), 3)
    found = as_float(loss), as_array(dW, shape=W.shape), as_array(db, shape=b.shape)
    if not all(np.isfinite(part).all() for part in found):
        fail("even for an ordinary batch, the loss or a gradient is not finite")
    return found


def on_its_own(student, case):
    """The student's answer for an ordinary case, to compare other answers with; it must depend on the labels."""
    X, W, b, labels = case
    found, other = parts(student, *case), parts(student, X, W, b, np.zeros_like(labels))
    if not all(np.abs(one - two).max() > 1e-6 for one, two in zip(found, other, strict=True)):
        fail("even for an ordinary batch, the loss or a gradient does not depend on the labels")
    return found


def assert_right(answer, expected, given=""):
    """All three results, shapes included."""
    loss, dW, db = unpack(answer, 3)
    assert_close(as_float(loss), expected[0], given=f"the loss{given}", **SIX)
    assert_close(as_array(dW), expected[1], given=f"dW{given}", **SIX)
    assert_close(as_array(db), expected[2], given=f"db{given}", **SIX)


@pytest.mark.weight(4)
@pytest.mark.parametrize("sizes", [(7, 3, 5), (6, 5, 3), (4, 4, 4)], ids=["more_classes", "more_features", "square"])
def test_values(student, rng, sizes):
    """The loss and its gradients agree with automatic differentiation, in the shapes of W and b.

    (N, C) and (N, D) make (C, D) in one way only; the bias gets the sum over the batch.
    """
    case = problem(rng, *sizes)
    assert_right(student.linear_grads(*case), oracle(*case), " of N, D, C = {}, {}, {}".format(*sizes))


@pytest.mark.presupposes("test_values")
@pytest.mark.weight(2)
def test_one_example(student, rng):
    """For a batch of one example dW is the outer product of db and the features, and db is a vector.

    The shapes are (C, D) and (C,) for every N.
    """
    X, W, b, labels = problem(rng, 1, 3, 4)
    _, dW, db = on_its_own(student, (X, W, b, labels))
    assert_close(dW, np.outer(db, X[0]), **SIX)


@pytest.mark.presupposes("test_values")
def test_two_classes(student, rng):
    """Two classes are no special case: W has two rows.

    No sigmoid is needed here.
    """
    case = problem(rng, 5, 3, 2)
    assert_right(student.linear_grads(*case), oracle(*case))


@pytest.mark.presupposes("test_values")
@pytest.mark.weight(2)
def test_repeated_batch(student, rng):
    """A batch that is repeated has the same loss and the same gradients.

    Divide by N exactly once; dlogits has already done it.
    """
    X, W, b, labels = problem(rng, 3, 4, 5)
    once = on_its_own(student, (X, W, b, labels))
    assert_right(student.linear_grads(np.tile(X, (4, 1)), W, b, np.tile(labels, 4)), once)


@pytest.mark.presupposes("test_values")
def test_scores_that_lie_far_apart(student):
    """Scores that lie 1000 apart give the exact loss and a finite gradient.

    Use the log-softmax for the loss, and a softmax that does not overflow.
    """
    # The scores are 802.25, -351.5 and -449.75.
    X, W = np.array([[0.8, -1.5]]), np.array([[1000.0, 0.5], [-250.0, 100.0], [0.0, 300.0]])
    case = X, W, np.array([3.0, -1.5, 0.25]), np.array([2])
    assert_right(student.linear_grads(*case), oracle(*case))


@pytest.mark.presupposes("test_values")
@pytest.mark.weight(3)
def test_ten_thousand_examples(student, rng):
    """Ten thousand examples with a hundred features take less than a second.

    A sum of products over the batch is one matrix product: no loop over examples and weights. The batch is one of a
    hundred examples, repeated a hundred times, and has the same loss and gradients.
    """
    X, W, b, labels = problem(rng, 100, 100, 10)
    few = on_its_own(student, (X, W / 10, b, labels))
    many = parts(student, np.tile(X, (100, 1)), W / 10, b, np.tile(labels, 100))
    # Sums over 10,000 float32 numbers lose another digit.
    for name, one, other in zip(("the loss", "dW", "db"), many, few, strict=True):
        assert_close(one, other, rtol=1e-4, atol=1e-5, given=name)


@pytest.mark.presupposes("test_values")
@pytest.mark.weight(2)
def test_arguments_stay_as_they_are(student, rng):
    """The caller's examples, weights, biases and labels are the same afterwards, to the last bit.

    Compute the gradients and leave the update of W to the caller.
    """
    case = problem(rng, 4, 3, 3)
    on_its_own(student, case)
    call = student.linear_grads.observe(*case)
    unpack(call.value, 3)
    assert_unchanged(call, 0, 1, 2, 3)
