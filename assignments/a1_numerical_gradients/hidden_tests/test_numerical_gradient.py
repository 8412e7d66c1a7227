"""The numerical gradient: any shape, any layout, any dtype, and nobody's array is touched."""

import numpy as np
import pytest
from autograder import as_array, assert_close, assert_unchanged, fail, watch

# Tests of shape, layout and dtype are judged to four digits: a forward formula, which another test catches, has five.
LOOSE = {"rtol": 1e-4, "atol": 1e-5}


@np.errstate(all="ignore")  # a student may ask at nan or inf
def all_squared(p):
    """A function that accepts every shape; its gradient is 2p."""
    return float(np.sum(np.asarray(p) ** 2))


@np.errstate(all="ignore")  # a student may ask at nan or inf
def all_exponentials(p):
    """The sum of exp(p); its gradient is exp(p)."""
    return float(np.sum(np.exp(p)))


def quadratic(matrix):
    """The function p -> p @ matrix @ p."""
    return np.errstate(all="ignore")(lambda p: p @ matrix @ p)


def entries(value, n):
    """The n numbers of a gradient in one row; its shape is judged by a test of its own."""
    return as_array(as_array(value).ravel(), shape=(n,))


def test_entries_that_interact(student, rng):
    """Each entry of the gradient is a slope along one coordinate while all the others stand still.

    Perturb one entry, evaluate, and start again from x itself for the next entry.
    """
    matrix, x = rng.uniform(1.0, 2.0, (5, 5)), rng.uniform(0.5, 1.0, 5)
    # With h = 1e-5 a leftover step adds 2e-5 or more for each pair of entries, 8e-5 to the last of five; a forward
    # formula, which another law catches, is off by 2e-5 at most, and rounding by 1e-9.
    expected = (matrix + matrix.T) @ x
    assert_close(as_array(student.numerical_gradient(quadratic(matrix), x)), expected, rtol=0.0, atol=3e-5)


@pytest.mark.presupposes("test_entries_that_interact")
@pytest.mark.parametrize("shape", [(), (1,), (2, 1, 4), (0, 3)], ids=["scalar", "one", "three_axes", "empty"])
def test_every_shape(student, rng, shape):
    """The gradient has the shape of x, whatever that shape is.

    A scalar has one position and an empty array has none; np.ndindex(x.shape) knows.
    """
    x = np.array(rng.uniform(1.0, 2.0, shape))
    gradient = as_array(student.numerical_gradient(all_squared, x), shape=shape)
    assert_close(gradient, 2 * x, given=f"an x of shape {shape}", **LOOSE)


def laid_out(x, layout):
    """The numbers of the matrix x in another memory order; it reaches the student's function like that."""
    if layout == "fortran":
        return np.asfortranarray(x)
    if layout == "transposed":
        return np.ascontiguousarray(x.T).T
    return np.repeat(x, 2, axis=1)[:, ::2]


@pytest.mark.presupposes("test_entries_that_interact")
@pytest.mark.parametrize("layout", ["fortran", "transposed", "strided"])
def test_every_memory_layout(student, rng, layout):
    """It does not matter how x lies in memory.

    For some arrays reshape(-1) and ravel() return a copy; a change to the copy never reaches f.
    """
    x, weights = rng.uniform(1.0, 2.0, (2, 3)), rng.uniform(1.0, 2.0, (2, 3))
    actual = student.numerical_gradient(lambda p: float(np.sum(weights * p**2)), laid_out(x, layout))
    assert_close(entries(actual, 6), (2 * weights * x).ravel(), given=f"a matrix that is {layout}", **LOOSE)


@pytest.mark.presupposes("test_entries_that_interact")
@pytest.mark.parametrize(
    "x",
    [np.array([4, 2, -3]), [4, 2, -3], [0.5, -1.5], [[1.5], [2]], np.array([1.1, 2.3], dtype=np.float32)],
    ids=["integers", "list_of_integers", "list", "nested_list", "float32"],
)
def test_promoted_to_float64(student, x):
    """Integers, lists and float32 become float64 before the step is added.

    An integer array swallows a step of 0.00001, and float32 rounds it by one per cent.
    """
    # No slope is near an integer: results in the type of an integer x are off by a per cent or more.
    expected = 3 * 0.3571 * np.asarray(x, dtype=np.float64).ravel() ** 2
    actual = student.numerical_gradient(lambda p: float(0.3571 * np.sum(np.asarray(p, dtype=np.float64) ** 3)), x)
    assert_close(entries(actual, expected.size), expected, **LOOSE)


@pytest.mark.presupposes("test_entries_that_interact")
def test_the_callers_array_stays_as_it_is(student, rng):
    """The array that the caller passed is the same afterwards, to the last bit.

    Work on a copy. Adding h and subtracting it again does not always give the same number back.
    """
    x = rng.uniform(0.0, 1.0, (2, 4))
    call = student.numerical_gradient.observe(all_squared, x)
    assert_close(entries(call.value, 8), 2 * x.ravel(), **LOOSE)
    assert_unchanged(call, 1)


@pytest.mark.presupposes("test_entries_that_interact", "test_the_callers_array_stays_as_it_is")
def test_read_only_input(student, rng):
    """A read-only array is accepted.

    Work on a copy, or build the perturbed point with x + step.
    """
    x = rng.uniform(1.0, 2.0, 4)
    x.setflags(write=False)
    assert_close(entries(student.numerical_gradient(all_squared, x), 4), 2 * x, **LOOSE)


@pytest.mark.presupposes("test_entries_that_interact")
def test_number_of_evaluations(student, rng):
    """f is evaluated at most 2n + 4 times for n entries.

    Keep the value of f in a variable when you need it twice.
    """
    f, x = watch(all_squared), rng.uniform(1.0, 2.0, (3, 4))
    assert_close(entries(student.numerical_gradient(f, x), 12), 2 * x.ravel(), **LOOSE)
    if f.count > 2 * 12 + 4:
        fail(f"f was evaluated {f.count} times for 12 entries", "Two evaluations for each entry are enough.")
    if f.count <= 12:
        fail(f"f was evaluated {f.count} times for 12 entries", "That is too few to know 12 slopes.")


@pytest.mark.presupposes("test_entries_that_interact")
def test_steps_by_h(student, rng):
    """Each evaluated point differs from x in at most one entry, by h (or h/2).

    Use the h that is passed in, and put every entry back before the next.
    """
    f, x, h = watch(all_squared), rng.uniform(1.0, 2.0, 5), 0.13
    # Central differences of squares are exact, one-sided ones, which another test catches, are off by h.
    assert_close(entries(student.numerical_gradient(f, x, h), 5), 2 * x, atol=1.01 * h)
    moves = [entries(point, 5) - x for point in f.points]
    # x + h rounds at 2e-16, so a move below 1e-12 is no move.
    moved = [np.flatnonzero(np.abs(move) > 1e-12) for move in moves]
    if any(len(places) > 1 for places in moved):
        fail("f was evaluated at a point that differs from x in more than one entry")
    steps = [float(move[places[0]]) for move, places in zip(moves, moved, strict=True) if len(places)]
    if len(steps) < len(x) or not any(np.allclose(np.abs(steps), step, rtol=0.0, atol=1e-12) for step in (h, h / 2)):
        # The steps themselves would repeat x where somebody moves an entry to 0.
        fail("f was not evaluated a step of h away from x in every entry", f"The call asked for h = {h}.")


@pytest.mark.weight(2)
@pytest.mark.presupposes("test_entries_that_interact", "test_steps_by_h")
def test_second_order(student, rng):
    """The error falls to a quarter when h is halved: the differences are central.

    f(x + h) - f(x) only gives first order.
    """
    x = rng.uniform(0.5, 1.0, 3)
    wide, narrow = (
        np.abs(as_array(student.numerical_gradient(all_exponentials, x, h), shape=(3,)) - np.exp(x))
        for h in (0.04, 0.02)
    )
    # Errors near 1e-4: a float32 result, off by 2e-7 or less, moves the ratio of 4 by under one per cent.
    if not np.all((3.7 * narrow < wide) & (wide < 4.3 * narrow)):
        fail(f"halving h changed the largest error from {wide.max():.3g} to {narrow.max():.3g}")
