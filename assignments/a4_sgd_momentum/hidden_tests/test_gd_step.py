"""One step of gradient descent, for numbers and arrays."""

import numpy as np
import pytest
from autograder import as_array, assert_close, assert_unchanged, fail

# One product and one difference: a few units of 1e-16.
EXACT = {"rtol": 1e-12, "atol": 1e-12}


@pytest.mark.parametrize(("w", "g", "lr"), [(12, 6, 0.01), (-1.37, -4.21, 0.23)], ids=["slide", "other"])
def test_numbers(student, w, g, lr):
    """From w the step goes against the slope, by lr times the slope.

    A gradient points uphill; descending subtracts it.
    """
    assert_close(as_array(student.gd_step(w, g, lr)), np.array(w - lr * g), **EXACT)


@pytest.mark.presupposes("test_numbers")
@pytest.mark.parametrize("shape", [(3,), (2, 3, 4), (0, 4)], ids=["vector", "three_axes", "empty"])
def test_arrays_of_any_shape(student, rng, shape):
    """An array steps entry by entry, and keeps its shape.

    Every entry has a slope of its own.
    """
    w, g = rng.normal(size=shape), rng.normal(size=shape)
    assert_close(as_array(student.gd_step(w, g, 0.3), shape=shape), w - 0.3 * g, **EXACT)


@pytest.mark.presupposes("test_numbers", "test_arrays_of_any_shape")
def test_integers(student):
    """A step from an array of integers may end at fractions.

    w - lr * g makes a new array of floats; w -= lr * g would have to put fractions among integers.
    """
    w, g = np.array([[3, -2, 4], [0, 7, -5]]), np.array([[1, 2, -6], [-3, 5, 8]])
    expected = np.array([[2.83, -2.34, 5.02], [0.51, 6.15, -6.36]])
    assert_close(as_array(student.gd_step(w, g, 0.17)), expected, **EXACT)


@pytest.mark.presupposes("test_numbers")
def test_w_stays_as_it_is(student, rng):
    """The caller's w and g are the same after the call, to the last bit.

    -= and np.subtract(..., out=w) write into the array that the caller holds.
    """
    w = rng.uniform(1.0, 2.0, 4)
    call = student.gd_step.observe(w, rng.uniform(1.0, 2.0, 4), 0.1)
    if np.array_equal(as_array(call.value, shape=(4,)), w):
        fail("no step was made")
    assert_unchanged(call, 0, 1, hint="w -= ... writes into the caller's array; w - ... makes a new one.")
