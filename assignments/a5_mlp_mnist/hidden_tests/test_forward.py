"""The forward pass: closed forms and torch's own layers in float64."""

import math

import numpy as np
import pytest
import torch
from autograder import Tensor, as_array, assert_close, assert_dtype, assert_unchanged, fail, on_device, unpack

torch.set_num_threads(1)  # these arrays are small: more threads only wait for each other

# A few roundings of float64 and sums in another order: 1e-14. Six digits would do for float32, too.
SIX = {"rtol": 1e-5, "atol": 1e-6}


def net(rng, *sizes):
    """Random parameters in float64, biases included."""
    return [
        (torch.tensor(rng.normal(0.0, D**-0.5, (C, D))), torch.tensor(rng.normal(0.0, 0.5, C)))
        for D, C in zip(sizes, sizes[1:], strict=False)
    ]


def batch(rng, N, D):
    """N examples, as a float64 tensor."""
    return torch.tensor(rng.normal(size=(N, D)))


def oracle(params, X):
    """torch's linear layers with ReLUs between them."""
    for W, b in params[:-1]:
        X = torch.relu(torch.nn.functional.linear(X, W, b))
    return torch.nn.functional.linear(X, *params[-1])


def logits(student, params, X):
    """The first of the two results."""
    return unpack(student.forward(params, X), 2, hint="return logits, cache")[0]


@pytest.mark.weight(2)
def test_one_layer(student, rng):
    """A network of one layer is X @ W.T + b, without a ReLU.

    Its only layer is its last. Logits may be negative.
    """
    params, X = net(rng, 4, 3), batch(rng, 6, 4)
    assert_close(logits(student, params, X), oracle(params, X), **SIX)


@pytest.mark.presupposes("test_one_layer")
@pytest.mark.weight(2)
def test_two_layers(student, rng):
    """With two layers, there is a ReLU between them, and none after the last.

    max(0, z), entry by entry, on the hidden layer only.
    """
    params, X = net(rng, 5, 7, 3), batch(rng, 6, 5)
    assert_close(logits(student, params, X), oracle(params, X), **SIX)


@pytest.mark.presupposes("test_one_layer", "test_two_layers")
@pytest.mark.parametrize("sizes", [(3, 5, 4, 2), (4, 4, 4, 4, 4, 4)], ids=["three", "five_square"])
def test_any_number_of_layers(student, rng, sizes):
    """The number of layers is the number of pairs in params, whatever it is.

    Loop over params; what comes out of one layer goes into the next.
    """
    params, X = net(rng, *sizes), batch(rng, 7, sizes[0])
    assert_close(logits(student, params, X), oracle(params, X), **SIX)


@pytest.mark.presupposes("test_one_layer", "test_two_layers")
@pytest.mark.parametrize("sizes", [(4, 3), (3, 5, 4, 2)], ids=["one_layer", "three_layers"])
def test_the_cache(student, rng, sizes):
    """The cache is the pair (params, activations): what enters each layer, beginning with X, and the logits at the end.

    L layers make L + 1 activations; those in between are taken after their ReLU.
    """
    params, X = net(rng, *sizes), batch(rng, 7, sizes[0])
    cache = unpack(student.forward(params, X), 2, hint="return logits, cache")[1]
    kept, activations = unpack(cache, 2, hint="The cache is the pair (params, activations).")
    if not isinstance(kept, list | tuple) or len(kept) != len(params):
        fail("the first part of the cache is not params")
    for (W, b), (mine, yours) in zip(params, (unpack(pair, 2) for pair in kept), strict=True):
        assert_close(mine, W, given="W in the cache")
        assert_close(yours, b, given="b in the cache")
    if not isinstance(activations, list | tuple) or len(activations) != len(sizes):
        fail(f"for {len(params)} layers there should be a list of {len(sizes)} activations")
    for number, found in enumerate(activations):
        expected = oracle(params, X) if number == len(params) else entering(params, X, number)
        assert_close(found, expected, given=f"activation {number} of 0 to {len(params)}", **SIX)


def entering(params, X, number):
    """What enters the layer of that number: X, or what left the ReLU before it."""
    return torch.relu(oracle(params[:number], X)) if number else X


@pytest.mark.presupposes("test_one_layer", "test_two_layers")
def test_one_example(student, rng):
    """A batch of one example has logits of shape (1, C), the same that the example has in any batch.

    Keep both axes.
    """
    params, X = net(rng, 3, 5, 4), batch(rng, 6, 3)
    assert_close(as_array(logits(student, params, X[:1]), shape=(1, 4)), oracle(params, X)[:1], **SIX)


@pytest.mark.presupposes("test_one_layer", "test_two_layers")
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_type_stays(student, rng, dtype):
    """If float64 goes in, float64 comes out, and the same with float32.

    Training uses float32, checking float64: do not hard-code a dtype.
    """
    as_dtype = getattr(torch, dtype)
    params = [(W.to(as_dtype), b.to(as_dtype)) for W, b in net(rng, 3, 4, 2)]
    X = batch(rng, 5, 3).to(as_dtype)
    found = logits(student, params, X)
    assert_dtype(found, dtype)
    # Numbers of size one: float64 is right to 1e-15, float32 to 1e-7.
    assert_close(found, oracle(params, X), rtol=0.0, atol=1e-12 if dtype == "float64" else 1e-5)


@pytest.mark.presupposes("test_one_layer", "test_two_layers")
def test_nothing_is_changed(student, rng):
    """X and params are the same after the call, to the last bit.

    Z += b and Z.clamp_() are harmless where Z is your own tensor, but not where it is the caller's.
    """
    params, X = net(rng, 3, 4, 2), batch(rng, 5, 3)
    call = student.forward.observe(params, X)
    if not np.ptp(as_array(unpack(call.value, 2)[0], shape=(5, 2))) > 0:
        fail("even for an ordinary batch, all logits are equal")
    assert_unchanged(call, 0, 1)


@pytest.mark.presupposes("test_one_layer", "test_two_layers")
def test_the_first_loss(student, rng):
    """With He initialisation and zero biases, the loss of the first batch is about ln 10.

    The network knows nothing yet, and should not claim to: logits are small when nothing is scaled on the way.
    """
    X = torch.tensor(rng.uniform(size=(200, 60)) * (rng.uniform(size=(200, 60)) < 0.2))  # ink on a fifth of the paper
    y = torch.tensor(rng.integers(0, 10, 200))
    params = [(W * math.sqrt(2.0), 0.0 * b) for W, b in net(rng, 60, 40, 10)]
    found = torch.tensor(as_array(logits(student, params, X), shape=(200, 10)))
    cost = torch.nn.functional.cross_entropy(found, y).item()
    # Logits of variance 0.15 to 0.4 cost up to 0.2 more than ln 10 = 2.30; equal logits would cost exactly ln 10.
    if not abs(cost - math.log(10)) < 0.5:
        fail(f"the first loss is {cost:.3g}; it should be near ln 10 = 2.30")
    if not float(found.std()) > 0.05:
        fail("the logits do not depend on the images")


@pytest.mark.presupposes("test_one_layer", "test_two_layers")
@pytest.mark.cuda(twin="test_two_layers")
def test_on_a_gpu(student, rng):
    """The logits are on the device of params and X, with the same values.

    Make no new tensors, or make them on X.device.
    """
    params, X = net(rng, 5, 7, 3), batch(rng, 6, 5)
    there = [(on_device(W, "cuda"), on_device(b, "cuda")) for W, b in params]
    found = logits(student, there, on_device(X, "cuda"))
    if not isinstance(found, Tensor) or not found.device.startswith("cuda"):
        fail("the logits are not on the GPU")
    assert_close(found, oracle(params, X), **SIX)
