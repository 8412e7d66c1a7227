"""Mini-batches: all indices, shuffled and split. No test asks for a particular permutation."""

from itertools import combinations

import numpy as np
import pytest
from autograder import as_array, fail, unpack


def batches_of(value):
    """The batches of one epoch as tuples of indices."""
    if not isinstance(value, list | tuple):
        fail(
            "minibatches did not return a list of batches",
            "An array or a generator is not a list; list(...) makes one.",
        )
    return [indices(batch) for batch in value]


def indices(batch):
    """One batch as a tuple of integers."""
    plain = as_array(batch)
    if plain.ndim != 1:
        fail(f"a batch has {plain.ndim} axes; it should be a vector of indices")
    # An empty list has no dtype to judge; the sizes are judged by a test of their own.
    if plain.size and np.asarray(batch).dtype.kind not in "iu":
        fail("a batch holds numbers that are not integers", "Only integers can be used as indices.")
    return tuple(int(i) for i in plain)


def epoch(student, N, B, seed):
    """One epoch from a fresh generator."""
    return batches_of(student.minibatches(N, B, np.random.default_rng(seed)))


@pytest.mark.parametrize(("N", "B"), [(12, 3), (23, 5)], ids=["even", "with_a_tail"])
def test_every_index_once(student, N, B):
    """In one epoch every index from 0 to N-1 occurs exactly once.

    Shuffle all indices, then cut; drawing each batch anew repeats some and misses others.
    """
    seen = [i for batch in epoch(student, N, B, 1) for i in batch]
    if sorted(seen) != list(range(N)):
        missing, strange = set(range(N)) - set(seen), set(seen) - set(range(N))
        again = len(seen) - len(set(seen))
        fail(f"of {N} indices {len(missing)} are missing, {again} occur again, {len(strange)} do not exist")


@pytest.mark.parametrize(
    ("N", "B", "sizes"),
    [(6, 3, [3, 3]), (15, 6, [6, 6, 3]), (3, 1, [1, 1, 1]), (5, 5, [5]), (4, 9, [4])],
    ids=["even", "tail", "one_by_one", "all_at_once", "more_than_all"],
)
def test_sizes(student, N, B, sizes):
    """All batches hold B indices, except the last, which holds the rest; none is empty.

    Keep the rest as a last batch. When B divides N there is no rest.
    """
    found = [len(batch) for batch in epoch(student, N, B, 2)]
    if found != sizes:
        shown = found[:8] if max(found, default=0) <= N else "other sizes"
        fail(f"{N} examples in batches of {B} gave batches of {shown}; it should be {sizes}")


def test_examples_change_company(student):
    """Any two examples may meet in a batch: the shuffle goes over all indices, not over ready-made batches.

    Shuffle before you cut.
    """
    epochs = [epoch(student, 45, 8, seed) for seed in (3, 4)]
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
        fail(
            "a batch holds exactly the same examples for different seeds",
            "Are the indices of the last batch shuffled with the others?",
        )


def test_a_new_order_each_epoch(student):
    """A second call with the same generator gives a new split.

    The generator moves on when it is used. Do not copy it, and do not create a new one.
    """
    first, second = unpack(student.two_epochs(30, 5, np.random.default_rng(5)), 2)
    if batches_of(first) == batches_of(second):
        fail("two epochs in a row have the same batches")


def test_order_comes_from_rng(student):
    """Equal seeds give the same batches, different seeds give different ones.

    All randomness comes from rng; np.random and a generator of your own do not know the seed.
    """
    first, again, other = (epoch(student, 30, 5, seed) for seed in (6, 6, 7))
    if first != again:
        fail("two generators with the same seed gave different batches")
    if first == other:
        fail("two generators with different seeds gave the same batches")
