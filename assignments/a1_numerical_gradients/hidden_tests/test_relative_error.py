"""The relative error, entry by entry."""

import numpy as np
import pytest
from autograder import as_array, assert_close

# Float32 results pass, and so does the default eps where it is added: eps has a test of its own.
SIX_DIGITS = {"rtol": 1e-6, "atol": 1e-12}


def test_zero_against_zero(student):
    """Zero against zero is an error of 0, not 0/0.

    The denominator is never below eps.
    """
    error = as_array(student.relative_error(np.array([0.0, 5.0]), np.array([0.0, 0.0])))
    assert_close(error, np.array([0.0, 1.0]), **SIX_DIGITS)


def test_symmetric(student):
    """Swapping a and b changes nothing.

    Divide by the larger of |a| and |b|.
    """
    one, other = np.array([0.0, 3.0, 2.5, 1.2]), np.array([5.0, 7.0, 2.0, 0.3])
    expected = np.array([1.0, 4 / 7, 0.2, 0.75])
    assert_close(as_array(student.relative_error(one, other)), expected, **SIX_DIGITS)
    assert_close(as_array(student.relative_error(other, one)), expected, **SIX_DIGITS)


@pytest.mark.presupposes("test_symmetric")
def test_negative_entries(student):
    """Signs count in the difference, not in the size.

    The size of -3 is 3: take absolute values in the denominator.
    """
    actual = student.relative_error(np.array([-4.0, -3.2, 1.5, -3.0]), np.array([4.0, 1.7, -2.5, -0.6]))
    assert_close(as_array(actual), np.array([2.0, 4.9 / 3.2, 1.6, 0.8]), **SIX_DIGITS)


@pytest.mark.presupposes("test_symmetric")
def test_lists(student):
    """Lists are as good as arrays, and integers as good as floats.

    Python cannot subtract one list from another: make arrays of them first.
    """
    assert_close(as_array(student.relative_error([3, -2], [1, -5])), np.array([2 / 3, 0.6]), **SIX_DIGITS)


@pytest.mark.presupposes("test_symmetric")
def test_each_entry_has_its_own_size(student):
    """A small entry is judged by its own size, even beside a huge one.

    np.max gives one number for the whole array, np.maximum one for each entry.
    """
    one = np.array([[1e6, 4e-2, 0.3], [1.2, 5.0, 0.02]])
    other = np.array([[1.25e6, 2e-2, 0.5], [1.0, 7.0, 0.03]])
    expected = np.array([[0.2, 0.5, 0.4], [1 / 6, 2 / 7, 1 / 3]])
    assert_close(as_array(student.relative_error(one, other)), expected, **SIX_DIGITS)


@pytest.mark.presupposes("test_symmetric")
def test_eps_is_a_floor(student):
    """eps takes part in the maximum; it is not added, and it is not ignored.

    Below eps the denominator is eps, above it eps has no effect.
    """
    # The larger of the two is below eps in the first two entries, and above it in the others.
    actual = student.relative_error(np.array([0.2, 0.25, 4.0, 0.1]), np.array([0.1, 0.0, 2.5, 0.7]), 0.4)
    assert_close(as_array(actual), np.array([0.25, 0.625, 0.375, 6 / 7]), **SIX_DIGITS)
