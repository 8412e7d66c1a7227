"""f = x * y + z, backward: every gate multiplies what arrives by its local derivative."""

import numpy as np
import pytest
from autograder import as_array, assert_close, unpack

# Two products in float64.
EXACT = {"rtol": 1e-12, "atol": 1e-12}


def cache_of(student, x, y, z):
    """What the student's forward function keeps; it may be anything."""
    return unpack(student.f_forward(x, y, z), 2)[1]


def assert_gradients(answer, dx, dy, dz):
    """The triple that came back is (dx, dy, dz)."""
    for name, actual, expected in zip(("dx", "dy", "dz"), unpack(answer, 3), (dx, dy, dz), strict=True):
        assert_close(as_array(actual), np.asarray(expected), given=name, **EXACT)


@pytest.mark.weight(3)
def test_slide(student):
    """At the point of the slide the gradients are 5, -3 and 1.

    The derivative of a product with respect to one factor is the other factor; that of a sum is 1.
    """
    assert_gradients(student.f_backward(cache_of(student, -3.0, 5.0, 2.0)), 5.0, -3.0, 1.0)


@pytest.mark.presupposes("test_slide")
def test_other_points(student, rng):
    """The gradients are right at other points too, and z plays no part in them.

    dx is y, dy is x, dz is 1, when dout is 1.
    """
    x, y, z = (float(value) for value in rng.uniform(1.0, 2.0, 3))
    assert_gradients(student.f_backward(cache_of(student, x, y, z)), y, x, 1.0)


@pytest.mark.presupposes("test_slide", "test_other_points")
def test_upstream(student, rng):
    """All three gradients are multiplied by dout.

    A gate never knows whether it is the last one; dz is multiplied by dout as well.
    """
    x, y, z = (float(value) for value in rng.uniform(1.0, 2.0, 3))
    assert_gradients(student.f_backward(cache_of(student, x, y, z), -2.5), -2.5 * y, -2.5 * x, -2.5)


@pytest.mark.presupposes("test_slide", "test_other_points", "test_upstream")
def test_arrays(student, rng):
    """Arrays of one shape, with a dout of that shape, are treated entry by entry.

    Do not sum over the entries: each has its own number in dout.
    """
    x, y, z, dout = rng.uniform(-2.0, 2.0, (4, 2, 3))
    assert_gradients(student.f_backward(cache_of(student, x, y, z), dout), dout * y, dout * x, dout)


@pytest.mark.presupposes("test_slide", "test_other_points")
def test_cache_serves_twice(student, rng):
    """A second call with the same cache gives the same answer.

    Read from the cache; do not pop, empty or change it. y *= dout changes an array that the cache holds.
    """
    x, y, z = (float(value) for value in rng.uniform(1.0, 2.0, 3))
    call = student.f_backward.observe(cache_of(student, x, y, z), 1.0)
    assert_gradients(call.value, y, x, 1.0)
    # The cache as the first call has left it.
    assert_gradients(student.f_backward(call.arguments[0], 1.0), y, x, 1.0)
    # Arrays can be changed in place, and a dout of 1 would not show it. Another test asks whether the first answer is right.
    dout = rng.uniform(2.0, 3.0, 4)
    call = student.f_backward.observe(cache_of(student, *rng.uniform(1.0, 2.0, (3, 4))), dout)
    first = [as_array(gradient) for gradient in unpack(call.value, 3)]
    assert_gradients(student.f_backward(call.arguments[0], dout), *first)
