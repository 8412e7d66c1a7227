"""f = (x * y + z) * x: gradients add at branches."""

import numpy as np
import pytest
from autograder import as_array, as_float, assert_close, unpack

# Numbers up to 40, a handful of roundings in float64.
EXACT = {"rtol": 1e-12, "atol": 1e-11}


def assert_branch(student, inputs, dout=None):
    """The gradients at the inputs are those of the closed form x²y + xz, times dout."""
    _, cache = unpack(student.branch_forward(*inputs), 2)
    arguments = () if dout is None else (dout,)
    answer = unpack(student.branch_backward(cache, *arguments), 3)
    x, y, z = inputs
    scale = 1.0 if dout is None else dout
    for name, actual, slope in zip(("dx", "dy", "dz"), answer, (2 * x * y + z, x**2, x), strict=True):
        assert_close(as_array(actual), np.asarray(scale * slope), given=name, **EXACT)


@pytest.mark.weight(3)
def test_slide_point(student):
    """At x = -3, y = 5, z = 2 the value is 39 and the gradients are -28, 9 and -3.

    x is used twice: what comes back along its two arrows is added.
    """
    f, _ = unpack(student.branch_forward(-3.0, 5.0, 2.0), 2)
    assert_close(as_float(f), 39.0, **EXACT)
    assert_branch(student, (-3.0, 5.0, 2.0))


@pytest.mark.presupposes("test_slide_point")
def test_other_points(student, rng):
    """The gradients are right at other points too.

    Follow every path from the end to x, and add up the products.
    """
    assert_branch(student, tuple(float(value) for value in rng.uniform(1.0, 2.0, 3)))


@pytest.mark.presupposes("test_slide_point")
def test_upstream(student, rng):
    """Every gradient, on every path, is multiplied by dout.

    Let dout enter at the end of the graph; then it reaches every path.
    """
    assert_branch(student, tuple(float(value) for value in rng.uniform(1.0, 2.0, 3)), -2.5)


@pytest.mark.presupposes("test_slide_point", "test_upstream")
def test_arrays(student, rng):
    """Arrays of one shape, with a dout of that shape, are treated entry by entry.

    Each entry is a graph of its own.
    """
    x, y, z, dout = rng.uniform(1.0, 2.0, (4, 2, 3))
    assert_branch(student, (x, y, z), dout)


@pytest.mark.presupposes("test_slide_point")
def test_equal_inputs(student):
    """Two variables that hold the same number keep their gradients apart.

    Gradients belong to variables, not to values.
    """
    assert_branch(student, (3.7, 3.7, 1.9))
    assert_branch(student, (2.3, 5.1, 2.3))
    assert_branch(student, (1.7, 2.9, 2.9))
