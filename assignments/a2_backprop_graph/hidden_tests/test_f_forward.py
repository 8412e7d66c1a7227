"""f = x * y + z, forward."""

import numpy as np
import pytest
from autograder import as_array, as_float, assert_close, assert_finite, assert_unchanged, fail, unpack

# One product and one sum in float64: two roundings of 1e-16.
EXACT = {"rtol": 1e-12, "atol": 1e-12}


@pytest.mark.weight(2)
def test_value(student):
    """f is the product of x and y, plus z.

    Return the pair (f, cache).
    """
    for x, y, z, expected in ((-3.0, 5.0, 2.0, -13.0), (0.7, -4.3, 1.9, -1.11)):
        f, _ = unpack(student.f_forward(x, y, z), 2)
        assert_close(as_float(f), expected, **EXACT)


@pytest.mark.presupposes("test_value")
@pytest.mark.weight(2)
def test_arrays(student, rng):
    """Arrays of one shape are combined entry by entry.

    For NumPy arrays, * multiplies entry by entry; np.dot and @ add up the products.
    """
    x, y, z = rng.uniform(-2.0, 2.0, (3, 2, 3))
    f, _ = unpack(student.f_forward(x, y, z), 2)
    assert_close(as_array(f), x * y + z, **EXACT)


@pytest.mark.presupposes("test_value")
def test_inputs_stay_as_they_are(student, rng):
    """The arrays that the caller passes are unchanged afterwards.

    x *= y writes into the caller's array; x * y makes a new one.
    """
    call = student.f_forward.observe(*rng.uniform(1.0, 2.0, (3, 4)))
    f, _ = unpack(call.value, 2)
    f = as_array(f, shape=(4,))
    assert_finite(f)
    if np.all(f == f[0]):
        fail("all entries of f are the same number")
    assert_unchanged(call)
