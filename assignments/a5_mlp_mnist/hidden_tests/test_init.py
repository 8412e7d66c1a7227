"""He's initialisation: shapes, statistics, and where the numbers come from."""

import numpy as np
import pytest
import torch
from autograder import Tensor, as_array, assert_close, fail, imported, unpack

torch.set_num_threads(1)  # these arrays are small: more threads only wait for each other

SIZES = [200, 100, 60]


def seeded(seed):
    """A generator in a known state."""
    return torch.Generator().manual_seed(seed)


def layers(params, sizes):
    """Params as a list of pairs of arrays, in the shapes that sizes ask for."""
    if not isinstance(params, list | tuple) or len(params) != len(sizes) - 1:
        fail(f"{len(sizes)} sizes make {len(sizes) - 1} layers: a list of that many pairs (W, b)")
    pairs = [unpack(pair, 2) for pair in params]
    shapes = [((C, D), (C,)) for D, C in zip(sizes, sizes[1:], strict=False)]
    return [
        (as_array(W, shape=w_shape), as_array(b, shape=b_shape))
        for (W, b), (w_shape, b_shape) in zip(pairs, shapes, strict=True)
    ]


def made(student, sizes, seed, device="cpu"):
    """A network from a fresh generator, as arrays."""
    return layers(student.init(sizes, seeded(seed), device), sizes)


def same(one, other):
    """Whether two networks are equal to the last bit."""
    return all(
        np.array_equal(a, b) for pair, twin in zip(one, other, strict=True) for a, b in zip(pair, twin, strict=True)
    )


@pytest.mark.parametrize("sizes", [[5, 7, 4, 3], [6, 2], [3, 1, 4]], ids=["three_layers", "one_layer", "narrow"])
def test_shapes(student, sizes):
    """For each layer there is a pair (W, b) of float32 tensors, W of shape (C, D) and b of shape (C,).

    C is the size of the layer itself and D that of the one before it; n sizes make n - 1 layers.
    """
    params = student.init(sizes, seeded(1), "cpu")
    layers(params, sizes)
    for part in (part for pair in params for part in pair):
        if not isinstance(part, Tensor):
            fail("W and b should be torch tensors")
        if part.dtype != "float32":
            fail(f"the dtype of a parameter is {part.dtype}; it should be float32")


@pytest.mark.presupposes("test_shapes")
@pytest.mark.weight(2)
def test_variance(student):
    """The weights have mean 0 and variance 2/D, where D is the number of inputs of their own layer.

    Multiply standard normal numbers by the square root of 2/D: a factor scales the variance by its square.
    """
    for number, (W, _) in enumerate(made(student, SIZES, 2), 1):
        # 20,000 and 6,000 numbers: the variance is known to 1 % and 1.8 %, the mean to sigma / 77 or better.
        variance, wanted = float(np.mean(W**2)), 2 / W.shape[1]
        if abs(float(np.mean(W))) > 0.08 * np.sqrt(wanted):
            fail(f"the mean of the weights of layer {number} is not 0")
        if not 0.88 < variance / wanted < 1.12:
            fail(
                f"the variance of the weights of layer {number} of {len(SIZES) - 1} is {variance / wanted:.2g} times 2/D"
            )


@pytest.mark.presupposes("test_shapes")
def test_normal(student):
    """The weights are normally distributed: most are small, a few are large, and there is no hard limit.

    torch.randn draws such numbers; torch.rand draws uniform ones.
    """
    for number, (W, _) in enumerate(made(student, [200, 100, 210], 3), 1):
        spread = np.std(W)
        if not spread > 0:
            fail("all weights of a layer are equal")
        # 4.55 % of normal numbers lie beyond two sigma, 0.27 % beyond three; of 20,000 that is 910 +- 30 and 54 +- 7.
        shares = [float(np.mean(np.abs(W) > k * spread)) for k in (2, 3)]
        if not (0.036 < shares[0] < 0.056 and 0.0007 < shares[1] < 0.006):
            fail(f"the weights of layer {number} of 2 are not normally distributed")


@pytest.mark.presupposes("test_shapes")
def test_biases(student):
    """All biases are zero, and not all weights are.

    Biases need no noise: the weights already make the units differ.
    """
    for W, b in made(student, SIZES, 4):
        assert_close(b, np.zeros(b.shape))
        if not np.any(W):
            fail("all weights of a layer are zero")


def test_no_copies(student):
    """Every weight is drawn independently: no layer, row or column repeats another.

    Units that begin equal get equal gradients, and stay equal forever.
    """
    numbers = np.concatenate([W.ravel() for W, _ in made(student, [6, 6, 6, 6], 5)])
    # 108 normal numbers with 24 bits: even one coincidence is rare.
    if len(np.unique(numbers)) < 100:
        fail("the same weights occur more than once")


@pytest.mark.presupposes("test_shapes")
@pytest.mark.weight(2)
def test_the_seed_decides(student):
    """Equal seeds make equal networks, and different seeds make different ones.

    All numbers come from `generator`: pass it on to torch.randn.
    """
    before = unpack(imported(student, "probes").surroundings(), 2)
    first, again, other = (made(student, [4, 3, 2], seed) for seed in (6, 6, 7))
    if not np.array_equal(as_array(before[0]), as_array(unpack(imported(student, "probes").surroundings(), 2)[0])):
        fail("torch's global random numbers are not what they were before")
    if not same(first, again):
        fail("two generators with the same seed gave different networks")
    if same(first, other):
        fail("two generators with different seeds gave the same network")


@pytest.mark.presupposes("test_shapes", "test_the_seed_decides")
def test_the_generator_moves_on(student):
    """A second network from the same generator is a different one.

    Use the generator itself: do not seed it again, and do not copy it.
    """
    sizes = [4, 3, 2]
    first, second = (
        layers(one, sizes)
        for one in unpack(imported(student, "probes").twice(student.init, sizes, seeded(8), "cpu"), 2)
    )
    if same(first, second):
        fail("two networks in a row from one generator are equal")


@pytest.mark.weight(2)
def test_on_the_device(student):
    """Every W and every b is on the device that was asked for.

    Draw on the CPU, then .to(device). The biases have to move, too.
    """
    places = imported(student, "probes").elsewhere(student.init, [5, 4, 3], seeded(9), "meta")
    wanted = [("meta", (4, 5)), ("meta", (4,)), ("meta", (3, 4)), ("meta", (3,))]
    found = [tuple(place) for pair in unpack(places, 2) for place in unpack(pair, 2)]
    for place, what in zip(found, ("W", "b", "W", "b"), strict=True):
        if "cpu" in place:
            fail(f"{what} of a layer did not go to the device that was asked for")
    if found != wanted:
        fail("on another device the parameters are not what they are on the CPU")


@pytest.mark.presupposes("test_shapes")
@pytest.mark.cuda(twin="test_on_the_device")
def test_the_same_on_a_gpu(student):
    """A seed makes the same network on the GPU as on the CPU, to the last bit.

    A GPU draws other numbers from the same seed: draw on the CPU, then move.
    """
    params = student.init(SIZES, seeded(10), "cuda")
    if not same(layers(params, SIZES), made(student, SIZES, 10)):
        fail("the network on the GPU is not the one on the CPU")
    for part in (part for pair in params for part in pair):
        if not isinstance(part, Tensor) or not part.device.startswith("cuda"):
            fail("a parameter did not go to the GPU")
