"""One epoch of SGD: every path it may take is walked here with torch.autograd in float64, and one must be the student's."""

from itertools import combinations, permutations

import numpy as np
import pytest
import torch
from autograder import Tensor, as_array, as_float, assert_close, assert_unchanged, fail, imported, on_device, unpack

torch.set_num_threads(1)  # these arrays are small: more threads only wait for each other

# A handful of steps of size one in float64: 1e-14. A wrong term moves the parameters by 1e-2.
CLOSE = {"rtol": 1e-6, "atol": 1e-7}


def seeded(seed):
    """A generator in a known state."""
    return torch.Generator().manual_seed(seed)


def net(rng, *sizes):
    """Random parameters in float64, biases included."""
    return [
        (torch.tensor(rng.normal(0.0, D**-0.5, (C, D))), torch.tensor(rng.normal(0.0, 0.5, C)))
        for D, C in zip(sizes, sizes[1:], strict=False)
    ]


def batch(rng, N, D, C):
    """Random examples and labels."""
    return torch.tensor(rng.normal(size=(N, D))), torch.tensor(rng.integers(0, C, N))


def loss_of(params, X, y):
    """torch's loss of a network with ReLUs."""
    for W, b in params[:-1]:
        X = torch.relu(torch.nn.functional.linear(X, W, b))
    return torch.nn.functional.cross_entropy(torch.nn.functional.linear(X, *params[-1]), y)


def walk(params, X, y, steps, lr):
    """The parameters after plain SGD over these batches of indices, and the loss of each before its step."""
    losses = []
    for index in steps:
        leaves = [(W.clone().requires_grad_(), b.clone().requires_grad_()) for W, b in params]
        cost = loss_of(leaves, X[list(index)], y[list(index)])
        cost.backward()
        losses.append(cost.item())
        params = [(W.detach() - lr * W.grad, b.detach() - lr * b.grad) for W, b in leaves]
    return params, losses


def flat(params):
    """All parameters in one row."""
    return np.concatenate([np.asarray(part, dtype=np.float64).ravel() for pair in params for part in pair])


def trained(student, params, *args):
    """What train_epoch returned, and the tensors that the caller holds, as they are after it; they must have moved."""
    value, after = unpack(imported(student, "probes").held(student.train_epoch, params, *args), 2)
    arrays = [
        tuple(as_array(part, shape=tuple(before.shape)) for part, before in zip(pair, was, strict=True))
        for pair, was in zip(after, params, strict=True)
    ]
    if np.array_equal(flat(arrays), flat(params)):
        fail(
            "the caller's parameters are what they were before the epoch",
            "W -= lr * dW changes the tensor that the caller holds; W = W - lr * dW makes another one.",
        )
    return value, arrays


@pytest.mark.weight(2)
def test_one_batch(student, rng):
    """When B is at least N, the epoch is one step of gradient descent, in place: W -= lr * dW and b -= lr * db.

    One batch of all examples, whatever their order; the caller's own tensors change.
    """
    params, (X, y) = net(rng, 4, 6, 3), batch(rng, 7, 4, 3)
    expected, _ = walk(params, X, y, [range(7)], 0.4)
    for B in (7, 50):
        _, found = trained(student, params, X, y, B, 0.4, seeded(1))
        assert_close(flat(found), flat(expected), **CLOSE)


@pytest.mark.presupposes("test_one_batch")
@pytest.mark.weight(2)
@pytest.mark.parametrize(("N", "B"), [(3, 1), (4, 2), (3, 2)], ids=["one_by_one", "even", "with_a_tail"])
def test_a_step_for_each_batch(student, rng, N, B):
    """Each batch is one step, from where the last one ended, with the gradient of that batch alone.

    No gradient is left over from the batch before, none is computed in advance, and the tail takes a step too.
    """
    params, (X, y) = net(rng, 3, 4, 3), batch(rng, N, 3, 3)
    _, found = trained(student, params, X, y, B, 0.5, seeded(2))
    ends = [flat(walk(params, X, y, steps, 0.5)[0]) for steps in orders(N, B)]
    # The loops end at points that are 1e-2 apart; rounding is 1e-15.
    if not any(np.allclose(flat(found), end, rtol=1e-6, atol=1e-7) for end in ends):
        fail(f"{N} examples in batches of {B}: the parameters are not where plain SGD ends, in any order")


def orders(N, B):
    """All ways to deal N examples into batches of B; the order within a batch does not matter."""
    if B == 1:
        return [[(i,) for i in order] for order in permutations(range(N))]
    everything = set(range(N))
    return [[first, tuple(everything - set(first))] for first in combinations(range(N), B)]


@pytest.mark.presupposes("test_one_batch", "test_a_step_for_each_batch")
def test_the_loss_of_the_examples(student, rng):
    """The returned loss is the mean over the examples: a batch counts by its size.

    A tail of one example must not count as much as a full batch.
    """
    params, (X, y) = net(rng, 3, 5, 4), batch(rng, 5, 3, 4)
    # With lr = 0 nothing moves, so that every order has the same mean.
    for B in (2, 4):
        found = as_float(student.train_epoch(params, X, y, B, 0.0, seeded(3)))
        assert_close(found, loss_of(params, X, y).item(), rtol=1e-5, atol=1e-6)


@pytest.mark.presupposes("test_one_batch", "test_a_step_for_each_batch")
def test_the_loss_before_the_step(student, rng):
    """Each example's loss is the one before the step of its batch.

    forward has computed those logits anyway.
    """
    params, (X, y) = net(rng, 3, 4, 3), batch(rng, 3, 3, 3)
    paths = [walk(params, X, y, steps, 0.5)[1] for steps in orders(3, 1)]
    found = as_float(student.train_epoch(params, X, y, 1, 0.5, seeded(4)))
    if not any(np.isclose(found, np.mean(losses), rtol=1e-5, atol=1e-6) for losses in paths):
        fail("the returned loss is not the mean of the losses before each step, in any order")


@pytest.mark.presupposes("test_one_batch", "test_a_step_for_each_batch")
def test_a_float(student, rng):
    """The loss comes back as a Python float.

    A tensor stays on the device: call float(...) or .item() once, at the end.
    """
    params, (X, y) = net(rng, 3, 4, 2), batch(rng, 6, 3, 2)
    found = student.train_epoch(params, X, y, 4, 0.1, seeded(5))
    if isinstance(found, Tensor):
        fail("you returned a tensor; it should be a float")
    if not isinstance(found, float):
        fail("the loss is not a float")


@pytest.mark.presupposes("test_one_batch", "test_a_step_for_each_batch")
@pytest.mark.weight(2)
def test_one_number_at_the_end(student, rng):
    """No number is read out of a tensor for each batch: losses add up on the device, one float leaves it at the end.

    .item() and float(...) in the loop make the GPU wait for the CPU in every step, and so does `if` on a tensor.
    """
    params, (X, y) = net(rng, 3, 4, 2), batch(rng, 24, 3, 2)
    few, many = (
        as_float(imported(student, "probes").readings(student.train_epoch, params, X, y, B, 0.1, seeded(6)))
        for B in (12, 2)
    )
    if many > few:
        # The counts come from the student's process, which could put anything into them.
        fail("12 batches read more numbers out of tensors than 2 batches")


@pytest.mark.presupposes("test_one_batch", "test_a_step_for_each_batch")
def test_the_generator_decides(student, rng):
    """Equal seeds make equal epochs, and different seeds make different ones.

    Pass the generator on to batches; do not seed anything in train_epoch.
    """
    params, (X, y) = net(rng, 3, 4, 3), batch(rng, 12, 3, 3)
    before = unpack(imported(student, "probes").surroundings(), 2)[0]
    ends = [flat(trained(student, params, X, y, 2, 0.5, seeded(seed))[1]) for seed in (7, 7, 8, 9)]
    if not np.array_equal(as_array(before), as_array(unpack(imported(student, "probes").surroundings(), 2)[0])):
        fail("torch's global random numbers are not what they were before")
    if not np.allclose(ends[0], ends[1], rtol=1e-9, atol=1e-9):
        fail("two generators with the same seed gave different epochs")
    if np.allclose(ends[0], ends[2], rtol=1e-9, atol=1e-9) or np.allclose(ends[0], ends[3], rtol=1e-9, atol=1e-9):
        fail("two generators with different seeds gave the same epoch", "Are the examples shuffled at all?")


@pytest.mark.presupposes("test_one_batch", "test_a_step_for_each_batch")
def test_the_data_stay(student, rng):
    """X and y are the same after the epoch, to the last bit.

    Only params may change.
    """
    params, (X, y) = net(rng, 3, 4, 2), batch(rng, 9, 3, 2)
    trained(student, params, X, y, 4, 0.3, seeded(10))
    call = student.train_epoch.observe(params, X, y, 4, 0.3, seeded(10))
    assert_unchanged(call, 1, 2)


@pytest.mark.presupposes("test_one_batch", "test_a_step_for_each_batch")
@pytest.mark.weight(2)
@pytest.mark.seconds(10)  # many calls of many steps each: one of them may meet a busy machine
@pytest.mark.parametrize("sizes", [(80, 32, 10), (80, 10)], ids=["hidden_layer", "linear"])
def test_learns_by_heart(student, rng, sizes):
    """64 examples with ten classes are learned by heart: after 40 epochs the loss is below 0.05.

    A loss that stops near 1.46 has a softmax in front of a cross-entropy that has one inside.
    """
    X = torch.tensor(rng.normal(size=(64, sizes[0])), dtype=torch.float32)
    y = torch.tensor(rng.permutation(64) % 10)
    params = [(W.float() * 2**0.5, 0.0 * b.float()) for W, b in net(rng, *sizes)]
    for epoch in range(40):
        _, found = trained(student, params, X, y, 8, 0.2, seeded(epoch))
        params = [(torch.tensor(W, dtype=torch.float32), torch.tensor(b, dtype=torch.float32)) for W, b in found]
        # What was learned is judged by the parameters: the reported loss has tests of its own.
        cost = loss_of(params, X, y).item()
        if cost < 0.05:
            return
    fail(f"after 40 epochs the loss of 64 examples is still {cost:.2g}")


@pytest.mark.presupposes("test_one_batch", "test_a_step_for_each_batch")
@pytest.mark.cuda(twin="test_one_batch")
def test_on_a_gpu(student, rng):
    """Parameters on the GPU are trained on the GPU, and stay there.

    Make no new tensors, or make them on X.device.
    """
    params, (X, y) = net(rng, 4, 6, 3), batch(rng, 7, 4, 3)
    expected, losses = walk(params, X, y, [range(7)], 0.4)
    there = [(on_device(W, "cuda"), on_device(b, "cuda")) for W, b in params]
    arguments = there, on_device(X, "cuda"), on_device(y, "cuda"), 7, 0.4, seeded(1)
    value, after = unpack(imported(student, "probes").held(student.train_epoch, *arguments), 2)
    assert_close(as_float(value), losses[0], **CLOSE)
    for pair, wanted in zip(after, expected, strict=True):
        for part, array in zip(pair, wanted, strict=True):
            if not isinstance(part, Tensor) or not part.device.startswith("cuda"):
                fail("a parameter has left the GPU")
            assert_close(part, array, **CLOSE)
