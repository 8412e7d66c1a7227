"""The backward pass: torch.autograd in float64 knows the gradients.

The cache is made here, in the form that the notebook describes, so that no mistake of forward is counted twice. Only a
student whose forward returns a cache of another form gets his own.
"""

import numpy as np
import pytest
import torch
from autograder import Tensor, as_array, assert_close, assert_dtype, assert_unchanged, fail, on_device
from autograder import unpack

torch.set_num_threads(1)  # these arrays are small: more threads only wait for each other


def net(rng, *sizes):
    """Random parameters in float64, biases included."""
    return [
        (torch.tensor(rng.normal(0.0, D**-0.5, (C, D))), torch.tensor(rng.normal(0.0, 0.5, C)))
        for D, C in zip(sizes, sizes[1:], strict=False)
    ]


def batch(rng, N, D, C):
    """Examples and labels; the last class occurs."""
    return torch.tensor(rng.normal(size=(N, D))), torch.tensor(rng.permutation([C - 1, *rng.integers(0, C, N - 1)]))


def activations(params, X):
    """[X, A_1, ..., A_{L-1}, logits]: what enters each layer, and what leaves the last."""
    found = [X]
    for W, b in params[:-1]:
        found.append(torch.relu(torch.nn.functional.linear(found[-1], W, b)))
    return [*found, torch.nn.functional.linear(found[-1], *params[-1])]


def autograd(params, X, y):
    """The gradients of the mean cross-entropy, from torch."""
    leaves = [(W.clone().requires_grad_(), b.clone().requires_grad_()) for W, b in params]
    torch.nn.functional.cross_entropy(activations(leaves, X)[-1], y).backward()
    return [(W.grad, b.grad) for W, b in leaves]


def cache_of(student, params, X, there=lambda tensor: tensor):
    """The cache (params, [X, A_1, ..., A_{L-1}, logits]), or the student's own if it looks different."""
    cache = [(there(W), there(b)) for W, b in params], [there(tensor) for tensor in activations(params, X)]
    try:
        own = unpack(student.forward(cache[0], there(X)), 2)[1]
    except AssertionError:  # whatever is wrong with forward, a StudentError too, is no matter of backward
        return cache
    return cache if own is None or looks_like(own, len(params)) else own


def looks_like(cache, layers):
    """Whether it is a pair of that many layers and one more tensor; their values are a matter of forward."""
    if not isinstance(cache, list | tuple) or len(cache) != 2:
        return False
    kept, tensors = cache
    return all(isinstance(part, list | tuple) for part in cache) and (len(kept), len(tensors)) == (layers, layers + 1)


def pairs(grads, params):
    """Gradients as pairs of arrays in the shapes of params."""
    if not isinstance(grads, list | tuple) or len(grads) != len(params):
        fail(f"the gradients should be a list of {len(params)} pairs (dW, db), one for each layer")
    found = [unpack(pair, 2) for pair in grads]
    return [
        (as_array(dW, shape=tuple(W.shape)), as_array(db, shape=tuple(b.shape)))
        for (dW, db), (W, b) in zip(found, params, strict=True)
    ]


def gradients(student, params, X, y):
    """The student's gradients, as arrays."""
    return pairs(student.backward(cache_of(student, params, X), y), params)


def assert_right(found, expected, scale=1.0):
    """Every gradient, of about that size, agrees; the verdict names the first that does not, from the last layer down."""
    # Six digits: sums of a few dozen numbers of size one are 1e-15 apart in float64, and 1e-6 in float32.
    for number, (ours, theirs) in reversed(list(enumerate(zip(found, expected, strict=True), 1))):
        for name, actual, wanted in zip(("dW", "db"), ours, theirs, strict=True):
            assert_close(
                actual, wanted, given=f"{name} of layer {number} of {len(found)}", rtol=1e-5, atol=2e-6 * scale
            )


@pytest.mark.weight(2)
def test_one_layer(student, rng):
    """With one layer, dW is (prediction - truth).T @ X / N, as in softmax regression.

    dW has the shape (C, D), and db is the sum of (prediction - truth) / N over the batch.
    """
    params, (X, y) = net(rng, 5, 3), batch(rng, 7, 5, 3)
    assert_right(gradients(student, params, X, y), autograd(params, X, y))


@pytest.mark.presupposes("test_one_layer")
@pytest.mark.weight(3)
@pytest.mark.parametrize("N", [7, 1], ids=["batch", "one_example"])
def test_two_layers(student, rng, N):
    """With two layers, all four gradients agree with automatic differentiation.

    Go back through the W of the last layer, then through the ReLU: the gradient passes where the unit was on.
    """
    params, (X, y) = net(rng, 5, 8, 3), batch(rng, N, 5, 3)
    assert_right(gradients(student, params, X, y), autograd(params, X, y))


@pytest.mark.presupposes("test_one_layer", "test_two_layers")
@pytest.mark.weight(3)
@pytest.mark.parametrize("sizes", [(3, 6, 5, 4), (4, 4, 4, 4, 4, 4)], ids=["three", "five_square"])
def test_any_number_of_layers(student, rng, sizes):
    """With any number of layers, all gradients agree with automatic differentiation.

    Every layer does the same: dW and db come from what arrives; what it hands down comes from its W and its mask.
    """
    params, (X, y) = net(rng, *sizes), batch(rng, 9, sizes[0], sizes[-1])
    assert_right(gradients(student, params, X, y), autograd(params, X, y))


@pytest.mark.presupposes("test_one_layer", "test_two_layers")
@pytest.mark.weight(2)
def test_mean_over_the_batch(student, rng):
    """Repeating a batch leaves the gradients as they are: the loss is a mean.

    Divide by N once, at the logits, and sum everywhere else.
    """
    params, (X, y) = net(rng, 3, 5, 4), batch(rng, 7, 3, 4)
    once = gradients(student, params, X, y)
    if not all(np.abs(part).max() > 1e-4 for pair in once for part in pair):
        fail("even for an ordinary batch, a gradient is zero")
    assert_right(gradients(student, params, X.repeat(3, 1), y.repeat(3)), once)


@pytest.mark.presupposes("test_one_layer", "test_two_layers")
@pytest.mark.weight(2)
def test_dead_units(student, rng):
    """A unit that is off for the whole batch has a gradient of zero, and the other units have theirs.

    Its ReLU is flat there: neither its weights nor its bias can change the loss.
    """
    (W1, b1), last = net(rng, 4, 6, 3)
    b1[[1, 4]] = -50.0  # far below anything that W1 and X can make up for
    b1[[0, 2]] = 50.0  # and two units that are always on
    params, (X, y) = [(W1, b1), last], batch(rng, 5, 4, 3)
    found, expected = gradients(student, params, X, y), autograd(params, X, y)
    if np.any(found[0][0][[1, 4]]) or np.any(found[0][1][[1, 4]]) or np.any(found[1][0][:, [1, 4]]):
        fail("units that are off for every example have a gradient")
    assert_right(found, expected)


@pytest.mark.presupposes("test_one_layer", "test_two_layers")
@pytest.mark.weight(2)
def test_wrong_by_thousands(student, rng):
    """Where the logits are thousands apart, the gradients are finite and still right.

    Prediction minus truth lies between -1 and 1, however wrong the prediction is. Is your softmax stable?
    """
    params, (X, y) = net(rng, 3, 5, 4), batch(rng, 6, 3, 4)
    assert_right(gradients(student, params, 3000.0 * X, y), autograd(params, 3000.0 * X, y), scale=3000.0)


@pytest.mark.presupposes("test_one_layer", "test_two_layers")
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_type_stays(student, rng, dtype):
    """If float64 goes in, float64 comes out, and the same with float32.

    Do not hard-code a dtype; if you need one, take it from the tensors you were given.
    """
    as_dtype = getattr(torch, dtype)
    params, (X, y) = net(rng, 3, 4, 2), batch(rng, 5, 3, 2)
    params, X = [(W.to(as_dtype), b.to(as_dtype)) for W, b in params], X.to(as_dtype)
    grads = student.backward(cache_of(student, params, X), y)
    found = pairs(grads, params)
    for part in (part for pair in grads for part in pair):
        assert_dtype(part, dtype)
    # Numbers of size 0.1: float64 is right to 1e-16, float32 to 1e-7; with float32 on the way float64 is not.
    for ours, theirs in zip(found, autograd(params, X, y), strict=True):
        for actual, wanted in zip(ours, theirs, strict=True):
            assert_close(actual, wanted, rtol=0.0, atol=1e-12 if dtype == "float64" else 1e-5)


@pytest.mark.presupposes("test_one_layer", "test_two_layers")
@pytest.mark.weight(2)
def test_the_cache_stays(student, rng):
    """A second call with the same cache and labels gives the same gradients.

    dZ = ... makes a tensor of your own; dZ[rows, y] -= 1 must not write into a tensor of the cache.
    """
    params, (X, y) = net(rng, 3, 5, 4), batch(rng, 6, 3, 4)
    call = student.backward.observe(cache_of(student, params, X), y)
    first = pairs(call.value, params)
    if not np.abs(first[-1][1]).max() > 1e-4:
        fail("even for an ordinary batch, a gradient is zero")
    assert_unchanged(call, 1)
    second = pairs(student.backward(*call.arguments), params)
    if not all(
        np.array_equal(a, b) for one, two in zip(first, second, strict=True) for a, b in zip(one, two, strict=True)
    ):
        fail("the second call with the same cache gave other gradients", "The first one has changed the cache.")


@pytest.mark.presupposes("test_one_layer", "test_two_layers")
@pytest.mark.cuda(twin="test_two_layers")
def test_on_a_gpu(student, rng):
    """For a cache on the GPU, the gradients are on the GPU, with the same values.

    torch.zeros, torch.eye and torch.arange make tensors on the CPU unless you say `device=...`.
    """
    params, (X, y) = net(rng, 5, 8, 3), batch(rng, 7, 5, 3)
    cache = cache_of(student, params, X, lambda tensor: on_device(tensor, "cuda"))
    grads = student.backward(cache, on_device(y, "cuda"))
    found = pairs(grads, params)
    for part in (part for pair in grads for part in pair):
        if not isinstance(part, Tensor) or not part.device.startswith("cuda"):
            fail("a gradient is not on the GPU")
    assert_right(found, autograd(params, X, y))
