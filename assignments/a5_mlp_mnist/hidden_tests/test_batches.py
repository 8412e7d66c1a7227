"""Mini-batches: every pair once, in random order. No test fixes a permutation."""

from itertools import combinations

import numpy as np
import pytest
import torch
from autograder import Tensor, as_array, assert_unchanged, fail, imported, on_device, unpack

torch.set_num_threads(1)  # these arrays are small: more threads only wait for each other


def seeded(seed):
    """A generator in a known state."""
    return torch.Generator().manual_seed(seed)


def deck(N, dtype=torch.float32):
    """N examples that say who they are: example i is (i, -i, i + 0.5), and its label is 7 i + 3."""
    i = torch.arange(N, dtype=dtype)
    return torch.stack([i, -i, i + 0.5], dim=1), 7 * torch.arange(N) + 3


def dealt(value):
    """The batches of one epoch as lists of pairs of arrays, of matching lengths."""
    if not isinstance(value, list | tuple):
        fail("batches gave nothing that a loop could go through", "Yield pairs (Xb, yb), or return a list of them.")
    found = []
    for pair in value:
        Xb, yb = (as_array(part) for part in unpack(pair, 2, hint="Each batch is a pair (Xb, yb)."))
        if Xb.ndim != 2 or Xb.shape[1] != 3 or yb.ndim != 1 or len(Xb) != len(yb):
            fail("a batch of B examples of 3 features should have the shapes (B, 3) and (B,)")
        found.append((Xb, yb))
    return found


def epoch(student, N, B, seed):
    """The batches of one epoch from a fresh generator, as tuples of indices read from the labels."""
    return [named(yb) for _, yb in dealt(student.batches.collect(*deck(N), B, seeded(seed)))]


def named(yb):
    """Which examples these are."""
    return tuple(float(label - 3) / 7 for label in yb)


def numbers(student):
    """The state of torch's global random numbers in the student's process."""
    return as_array(unpack(imported(student, "probes").surroundings(), 2)[0])


@pytest.mark.parametrize(("N", "B"), [(12, 3), (23, 5)], ids=["even", "with_a_tail"])
def test_every_example_once(student, N, B):
    """In one epoch every example occurs exactly once.

    Shuffle all indices, then cut; drawing each batch separately repeats some examples and misses others.
    """
    seen = [i for batch in epoch(student, N, B, 1) for i in batch]
    if sorted(seen) != list(range(N)):
        missing, again = set(range(N)) - set(seen), len(seen) - len(set(seen))
        fail(f"of {N} examples {len(missing)} are missing, and {again} occur again")


@pytest.mark.parametrize(
    ("N", "B", "sizes"),
    [(6, 3, [3, 3]), (15, 6, [6, 6, 3]), (3, 1, [1, 1, 1]), (5, 5, [5]), (4, 9, [4])],
    ids=["even", "tail", "one_by_one", "all_at_once", "more_than_all"],
)
def test_sizes(student, N, B, sizes):
    """All batches hold B examples, except the last, which holds the rest; none is empty.

    Keep the tail. When B divides N there is none.
    """
    found = [len(batch) for batch in epoch(student, N, B, 2)]
    if found != sizes:
        shown = found[:8] if max(found, default=0) <= N else "other sizes"
        fail(f"{N} examples in batches of {B} gave batches of {shown} instead of {sizes}")


@pytest.mark.weight(2)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_pairs_stay_together(student, dtype):
    """Every image keeps its label, and both keep their types.

    One permutation for both: X[index] and y[index].
    """
    value = student.batches.collect(*deck(17, getattr(torch, dtype)), 4, seeded(3))
    if not dealt(value):
        fail("there is no batch at all")
    for Xb, yb in dealt(value):
        i = np.array(named(yb))
        if not np.array_equal(Xb, np.stack([i, -i, i + 0.5], axis=1)):
            fail("images and labels no longer belong together")
    for Xb, yb in value:
        if not isinstance(Xb, Tensor) or not isinstance(yb, Tensor):
            fail("a batch should hold torch tensors")
        if (Xb.dtype, yb.dtype) != (dtype, "int64"):
            fail(f"{dtype} images and int64 labels came back as {Xb.dtype} and {yb.dtype}")


def test_examples_change_company(student):
    """Any two examples may meet in a batch: the shuffle goes over all examples, not over ready-made batches.

    Shuffle before you cut.
    """
    epochs = [epoch(student, 45, 8, seed) for seed in (4, 5)]
    first, second = ({frozenset(p) for batch in batches for p in combinations(batch, 2)} for batches in epochs)
    # 150 of 990 pairs meet in an epoch, so 23 +- 5 pairs should meet in both, and 7 +- 3 neighbours in each.
    if min(len(first), len(second)) < 70:
        fail("hardly any examples meet at all")
    if len(first & second) > 80:
        fail("the same examples meet in one batch for different seeds")
    if sum(max(pair) - min(pair) == 1 for pair in first) > 25:
        fail("examples that are neighbours in the data stay neighbours in the batches")
    # The tail holds 5 of 45 examples; by chance they are the same ones in 1 of 1,221,759 pairs of epochs.
    if {frozenset(batch) for batch in epochs[0] if batch} & {frozenset(batch) for batch in epochs[1]}:
        fail("a batch holds exactly the same examples for different seeds", "Is the tail shuffled with the others?")


def test_the_generator_decides(student):
    """Equal seeds give the same batches, and different seeds give different ones.

    Pass `generator` on to torch.randperm; the global random numbers know nothing of the seed.
    """
    before = numbers(student)
    first, again, other = (epoch(student, 30, 5, seed) for seed in (6, 6, 7))
    if not any(first):
        fail("there is no batch at all")
    if not np.array_equal(before, numbers(student)):
        fail("torch's global random numbers are not what they were before")
    if first != again:
        fail("two generators with the same seed gave different batches")
    if first == other:
        fail("two generators with different seeds gave the same batches")


def test_a_new_order_each_epoch(student):
    """A second epoch from the same generator has a different order.

    The generator moves on when it is used. Do not seed it again, and do not copy it.
    """
    both = unpack(imported(student, "probes").twice(student.batches, *deck(30), 5, seeded(8)), 2)
    first, second = ([named(yb) for _, yb in dealt(one)] for one in both)
    if first == second:
        fail("two epochs in a row have the same batches")


@pytest.mark.presupposes("test_every_example_once", "test_sizes")
def test_images(student):
    """Examples may have any shape: images of (N, rows, columns) come in batches of (B, rows, columns).

    The first axis counts the examples; leave the others alone.
    """
    # Every pixel is another number: one that has moved shows.
    X, y = torch.arange(7.0 * 3 * 5).reshape(7, 3, 5), deck(7)[1]
    value = student.batches.collect(X, y, 2, seeded(12))
    if not isinstance(value, list | tuple) or len(value) != 4:
        fail("7 images in batches of 2 make 4 batches")
    for Xb, yb in (unpack(pair, 2, hint="Each batch is a pair (Xb, yb).") for pair in value):
        i = named(as_array(yb))
        if not set(i) <= set(range(7)):
            fail("there are labels that no image has")
        if not np.array_equal(as_array(Xb, shape=(len(i), 3, 5)), X.numpy()[np.array(i, dtype=int)]):
            fail("images and labels no longer belong together, or pixels have moved")


def test_the_data_stay(student):
    """X and y are the same after the epoch, to the last bit.

    Draw an order and index with it; do not rearrange the caller's tensors.
    """
    call = student.batches.observe(*deck(12), 5, seeded(9))
    if not dealt(call.value):
        fail("there is no batch at all")
    assert_unchanged(call, 0, 1)


@pytest.mark.presupposes("test_every_example_once", "test_sizes")
@pytest.mark.weight(2)
def test_on_the_device(student):
    """The batches are on the device of X and y, and no image travels through the CPU to get there.

    Index X itself. .cpu(), .numpy(), .tolist() and DataLoaders that collate on the CPU make you wait for every batch.
    """
    places = imported(student, "probes").elsewhere(student.batches, *deck(10), 4, seeded(10))
    found = [tuple(place) for pair in places for place in unpack(pair, 2, hint="Each batch is a pair (Xb, yb).")]
    if any("cpu" in place for place in found):
        fail("a batch left the device of the data")
    if found != [("meta", shape) for n in (4, 4, 2) for shape in ((n, 3), (n,))]:
        fail("on another device the batches are not what they are on the CPU")


@pytest.mark.presupposes("test_every_example_once", "test_sizes")
@pytest.mark.cuda(twin="test_on_the_device")
def test_the_same_on_a_gpu(student):
    """On the GPU the same seed gives the same batches, and they are on the GPU.

    The generator draws on the CPU; move the order to the device of the data.
    """
    X, y = deck(23)
    there = student.batches.collect(on_device(X, "cuda"), on_device(y, "cuda"), 5, seeded(11))
    if [named(yb) for _, yb in dealt(there)] != epoch(student, 23, 5, 11):
        fail("the batches on the GPU are not those on the CPU")
    for part in (part for pair in there for part in pair):
        if not isinstance(part, Tensor) or not part.device.startswith("cuda"):
            fail("a batch is not on the GPU")
