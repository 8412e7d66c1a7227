"""The numerical Jacobian: rows are outputs, columns are inputs."""

import numpy as np
import pytest
from autograder import as_array, assert_close, assert_unchanged, fail, watch

# h = 1e-5 leaves a truncation error of 1e-10 and a round-off of 1e-10; a forward formula would still pass.
CLOSE = {"rtol": 1e-4, "atol": 1e-4}


def times(matrix):
    """The function p -> matrix @ p."""
    return np.errstate(all="ignore")(lambda p: matrix @ p)  # a student may ask at nan or inf


@np.errstate(all="ignore")  # a student may ask at nan or inf
def curved(p):
    """p0^2 p1, sin(p1) and exp(p0) p1, as a list."""
    return [p[0] ** 2 * p[1], np.sin(p[1]), np.exp(p[0]) * p[1]]


@pytest.mark.parametrize("shape", [(2, 5), (5, 2)], ids=["wide", "tall"])
def test_linear_functions(student, rng, shape):
    """The Jacobian of A x is A, for wide and for tall matrices.

    One row for each output, one column for each input.
    """
    matrix = rng.uniform(-2.0, 2.0, shape)
    jacobian = student.numerical_jacobian(times(matrix), rng.uniform(-1.0, 1.0, shape[1]))
    assert_close(as_array(jacobian), matrix, given=f"A of shape {shape}", **CLOSE)


@pytest.mark.presupposes("test_linear_functions")
def test_functions_that_are_not_linear(student):
    """Row i and column j hold the derivative of output i with respect to input j, at the given point.

    Step along one input at a time, starting from x each time.
    """
    a, b = 0.7, -1.9
    jacobian = student.numerical_jacobian(curved, np.array([a, b]))
    expected = np.array([[2 * a * b, a**2], [0.0, np.cos(b)], [np.exp(a) * b, np.exp(a)]])
    assert_close(as_array(jacobian), expected, **CLOSE)


@pytest.mark.presupposes("test_linear_functions")
@pytest.mark.parametrize("shape", [(1, 3), (3, 1)], ids=["one_output", "one_input"])
def test_rows_and_columns_of_one(student, rng, shape):
    """With one output or one input the Jacobian is still a matrix.

    Its shape is (m, n), even when m or n is 1.
    """
    matrix = rng.uniform(1.0, 2.0, shape)
    jacobian = student.numerical_jacobian(times(matrix), rng.uniform(1.0, 2.0, shape[1]))
    assert_close(as_array(jacobian, shape=shape), matrix, **CLOSE)


@pytest.mark.presupposes("test_linear_functions")
def test_number_of_evaluations(student, rng):
    """Two evaluations for each input are enough, however many outputs there are.

    One step moves all outputs at once: use the whole vector that comes back.
    """
    matrix = rng.uniform(1.0, 2.0, (8, 5))
    f = watch(times(matrix))
    jacobian = as_array(student.numerical_jacobian(f, rng.uniform(1.0, 2.0, 5)), shape=(8, 5))
    assert_close(jacobian, matrix, **CLOSE)
    if f.count > 2 * 5 + 4:
        fail(f"F was evaluated {f.count} times for 5 inputs and 8 outputs", "Fill a whole column at a time.")
    if f.count <= 5:
        fail(f"F was evaluated {f.count} times for 5 inputs", "That is too few to know 5 columns.")


@pytest.mark.presupposes("test_linear_functions")
def test_integers_and_the_callers_array(student):
    """Integer input is promoted to float64, and x is the same afterwards.

    Work on a copy of type float64.
    """
    # No slope at (2, 3) is an integer, except for the two that are zero.
    for x in (np.array([2, 3]), np.array([0.1, 0.7])):
        call = student.numerical_jacobian.observe(lambda p: [1.3 * p[0] * p[1], 0.35 * p[0] ** 2, 0.45 * p[1] ** 3], x)
        expected = np.array([[1.3 * x[1], 1.3 * x[0]], [0.7 * x[0], 0.0], [0.0, 1.35 * x[1] ** 2]])
        assert_close(as_array(call.value), expected, **CLOSE)
        assert_unchanged(call, 1)
