"""The directional check: two evaluations for each random direction."""

import numpy as np
import pytest
from autograder import as_array, as_bool, fail, watch


@np.errstate(all="ignore")  # a student may ask at nan or inf
def bowl(p):
    """A function of every entry; its gradient is cos(p) + p."""
    p = np.asarray(p)
    return float(np.sum(np.sin(p) + p**2 / 2))


def bowl_gradient(p):
    """The gradient of bowl."""
    return np.cos(p) + np.asarray(p)


def shifted(**errors):
    """bowl_gradient with errors added at some positions of a vector, for example e7=0.5."""

    def wrong(p):
        claim = bowl_gradient(p)
        for name, error in errors.items():
            claim[int(name[1:])] += error
        return claim

    return wrong


def accepts(student, claim, x, seed, k):
    """Whether the student's check accepts the claimed gradient of bowl at x."""
    return as_bool(student.directional_check(bowl, claim, x, np.random.default_rng(seed), k))


def doubled(p):
    """A claim that is wrong along every direction."""
    return 2 * bowl_gradient(p)


def negated(p):
    """A claim of the right size and the wrong sign."""
    return -bowl_gradient(p)


def points_seen(student, seed):
    """The points at which the student evaluates bowl, with a generator of the given seed."""
    f, x = watch(bowl), np.linspace(0.5, 1.5, 6)
    if not as_bool(student.directional_check(f, bowl_gradient, x, np.random.default_rng(seed), 2)):
        fail("a right gradient was rejected")
    if f.count < 2:  # that every direction counts has a test of its own
        fail(f"f was evaluated {f.count} times for 2 directions")
    return [as_array(point, shape=(6,)) for point in f.points]


@pytest.mark.parametrize("shape", [(50,), (6, 4)], ids=["vector", "matrix"])
def test_right_gradients(student, rng, shape):
    """The right gradient of a vector or of a matrix is accepted, and its double is not.

    Sum the products of all entries: g @ v does that for vectors only.
    """
    x = rng.uniform(0.5, 1.5, shape)
    if not accepts(student, bowl_gradient, x, 1, 4):
        fail("a right gradient was rejected", "Is the sum taken over all entries of the array?")
    if accepts(student, doubled, x, 1, 4):
        fail("twice the right gradient was accepted")


def test_one_wrong_entry_of_many(student, rng):
    """One wrong entry among hundreds is noticed.

    Every direction should touch every entry, and one disagreement is enough.
    """
    x = rng.uniform(0.5, 1.5, 300)
    # The slopes differ by 0.5 |v_i| of about 30: a relative error near 1e-2, against a tolerance of 1e-5.
    if not accepts(student, bowl_gradient, x, 2, 5):
        fail("the gradient without a wrong entry was rejected")
    if any(accepts(student, claim, x, 2, 5) for claim in (shifted(e0=0.5), shifted(e217=0.5), shifted(e299=0.5))):
        fail("a gradient with one wrong entry among 300 was accepted")


def test_either_sign(student, rng):
    """A wrong gradient is noticed along a single direction, whether the slope comes out too large or too small.

    Take the absolute value of the difference.
    """
    x = rng.uniform(0.5, 1.5, 8)
    # Each seed is one direction; the sign of the difference is that of the slope, and eight slopes have both.
    if any(accepts(student, doubled, x, seed, 1) for seed in range(8)):
        fail("twice the right gradient was accepted along one of the directions")
    if any(accepts(student, negated, x, seed, 1) for seed in range(8)):
        fail("the right gradient with the wrong sign was accepted along one of the directions")
    if not accepts(student, bowl_gradient, x, 1, 1):
        fail("the right gradient was rejected")


def test_relative_to_the_slope(student, rng):
    """The difference is judged relative to the slope: a steep function, too, is allowed a relative error of 1e-5.

    Round-off grows with the slope: compare the difference with 1e-5 times the larger of the two slopes.
    """
    x, steep = rng.uniform(0.5, 1.5, 6), 1e7
    # Round-off near 1e-3 against slopes near 1e7: a relative error of 1e-10. A claim that is too large by a factor is
    # off by the same relative error along every direction; 0.6 and 1.6 times the tolerance are clear of it.
    for off, expected in ((0.0, True), (0.6e-5, True), (1.6e-5, False)):
        verdict = student.directional_check(
            lambda p: steep * bowl(p),
            lambda p, off=off: (1 + off) * steep * bowl_gradient(p),
            x,
            np.random.default_rng(7),
            4,
        )
        if as_bool(verdict) != expected:
            fail(f"a gradient with a relative error of {off:g} gives {not expected}")


def test_no_slope(student):
    """Where the function is flat, round-off is accepted, and a claimed slope is not.

    With the floor of 1e-3 in the denominator, tiny slopes are judged by their difference.
    """
    # Central differences of the sum of cubes at 0 give h^2 sum(v^3), about 1e-10; the floor forgives up to 1e-8,
    # and a claim of 1e-6 in every entry is a slope of about 1e-6.
    for claim, expected in ((0.0, True), (1e-6, False), (-1e-6, False)):
        verdict = student.directional_check(
            lambda p: float(np.sum(np.asarray(p) ** 3)),
            lambda p, claim=claim: 3 * np.asarray(p) ** 2 + claim,
            np.zeros(5),  # an odd number: directions of signs cannot cancel
            np.random.default_rng(8),
            3,
        )
        if as_bool(verdict) != expected:
            fail(f"a gradient that is {'right' if expected else 'wrong'} gives {not expected} at a flat point")


def test_errors_that_cancel(student, rng):
    """Two errors that cancel in the sum of all entries are noticed.

    A direction of ones is blind to them; a random one is not.
    """
    x = rng.uniform(0.5, 1.5, 200)
    # Directions of random signs miss this with probability one half each: 20 of them leave one in a million.
    if not accepts(student, bowl_gradient, x, 3, 3):
        fail("the gradient without errors was rejected")
    if accepts(student, shifted(e3=0.5, e121=-0.5), x, 3, 20):
        fail("a gradient with two opposite errors was accepted")


def test_number_of_evaluations(student, rng):
    """The number of evaluations depends on k, not on the number of entries.

    Two for each direction.
    """
    f, x = watch(bowl), rng.uniform(0.5, 1.5, 100)
    if not as_bool(student.directional_check(f, bowl_gradient, x, np.random.default_rng(4), 3)):
        fail("a right gradient was rejected")
    if accepts(student, doubled, x, 4, 3):
        fail("twice the right gradient was accepted")
    if f.count > 2 * 3 + 4:
        fail(f"f was evaluated {f.count} times for 3 directions")
    if f.count < 2 * 3:
        fail(f"f was evaluated {f.count} times for 3 directions", "Look along all of them before you say True.")


def test_directions_come_from_rng(student):
    """The generator that is passed in decides the directions: the same seed repeats them, another seed does not.

    Draw from rng, not from np.random or a generator of your own.
    """
    first, again, other = (points_seen(student, seed) for seed in (5, 5, 6))
    if accepts(student, doubled, np.linspace(0.5, 1.5, 6), 5, 4):
        fail("twice the right gradient was accepted")
    if len(first) != len(again) or not all(map(np.array_equal, first, again)):
        fail("two calls with the same seed evaluated f at different points")
    # Steps are 1e-5 times a direction, of length one perhaps: directions that differ by 1e-4 are different.
    if len(first) == len(other) and np.allclose(first, other, rtol=0.0, atol=1e-9):
        fail("two calls with different seeds evaluated f at the same points")
