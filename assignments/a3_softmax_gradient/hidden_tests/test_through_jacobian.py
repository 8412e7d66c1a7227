"""The chain rule: from -log p through the Jacobian to p - y."""

import numpy as np
import pytest
import torch
from autograder import as_array, assert_close

torch.set_num_threads(1)  # these arrays are small: more threads only wait for each other

# Six digits, as promised: a float32 result is off by a few 1e-7.
SIX = {"rtol": 1e-5, "atol": 1e-6}


@pytest.mark.weight(2)
@pytest.mark.parametrize("label", [0, 1, 2, 3])
def test_prediction_minus_truth(student, rng, label):
    """For every label, the product of the chain rule is prediction minus truth.

    The outer derivative is -1/p at the label and 0 elsewhere; multiply it by the Jacobian.
    """
    z = rng.normal(size=4)
    expected = torch.softmax(torch.as_tensor(z), dim=0).numpy() - np.eye(4)[label]
    assert_close(as_array(student.through_jacobian(z, label)), expected, given=f"label {label}", **SIX)


@pytest.mark.presupposes("test_prediction_minus_truth")
def test_a_tiny_probability_cancels(student):
    """A label with a probability of 1e-20 still has the gradient -1.

    1/p is large and its row of the Jacobian small: the product is exact as long as p is not clipped.
    """
    # e^-46 is 1e-20; the two other classes share the rest as 1/(1 + e^-2) and its complement.
    z, p = np.array([46.0, 0.0, 44.0]), 1 / (1 + np.exp(-2.0))
    assert_close(as_array(student.through_jacobian(z, 1)), np.array([p, -1.0, 1 - p]), **SIX)
