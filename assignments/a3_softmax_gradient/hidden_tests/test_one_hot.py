"""One-hot labels: where the ones stand."""

import numpy as np
import pytest
from autograder import as_array, assert_close


def ones_at(labels, C):
    """The expected array, entry by entry."""
    return np.array([[float(label == column) for column in range(C)] for label in labels])


@pytest.mark.weight(2)
def test_one_in_each_row(student, rng):
    """Row n has a single 1, in the column of its label.

    Labels count from 0, and so do columns.
    """
    labels = rng.permutation([0, 2, 3, 5])
    assert_close(as_array(student.one_hot(labels, 6)), ones_at(labels, 6))


@pytest.mark.presupposes("test_one_in_each_row")
def test_repeated_and_absent_classes(student):
    """Labels may occur several times or not at all; C decides the number of columns.

    One row for each label, even when two are the same, and one column for each class, even if no label belongs to it.
    """
    labels = np.array([2, 4, 2, 2, 1])
    assert_close(as_array(student.one_hot(labels, 7)), ones_at(labels, 7))


@pytest.mark.presupposes("test_one_in_each_row")
def test_small_integer_types(student):
    """Labels stored as uint8 work like any other labels, even when there are many classes.

    Arithmetic in uint8 wraps around to 0 after 255; convert the labels before you compute with them.
    """
    labels = np.array([200, 3, 255, 0, 128], dtype=np.uint8)
    assert_close(as_array(student.one_hot(labels, 256)), ones_at(labels, 256))
