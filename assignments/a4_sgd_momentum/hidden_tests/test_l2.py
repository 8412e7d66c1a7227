"""The L2 penalty and its gradient, against sums and finite differences."""

import numpy as np
import pytest
from autograder import as_array, as_float, assert_close, assert_gradient, assert_unchanged, fail, unpack


def entry(value, name, shape):
    """One array of a returned dict."""
    if not isinstance(value, dict) or name not in value:
        fail("the gradients are not a dict with the names of params")
    return as_array(value[name], shape=shape)


def draw(rng, shape):
    """Numbers of size one and of both signs, none of them zero."""
    return rng.uniform(0.5, 1.5, shape) * rng.choice([-1.0, 1.0], shape)


def two_layers(rng):
    """Parameters of a small network."""
    shapes = {"W1": (3, 2), "b1": (3,), "W2": (1, 3), "b2": (1, 1)}
    return {name: draw(rng, shape) for name, shape in shapes.items()}


def test_penalty(student, rng):
    """The penalty is alpha/2 times the sum of all squared entries of the penalised parameters.

    With the 1/2, without a root, over all arrays in decay.
    """
    params = two_layers(rng)
    penalty, _ = unpack(student.l2(params, 0.3, {"W1", "W2"}), 2)
    # Nine squares of size one: sums in another order differ by 1e-15.
    expected = 0.15 * (np.linalg.norm(params["W1"]) ** 2 + np.linalg.norm(params["W2"]) ** 2)
    assert_close(as_float(penalty), expected, rtol=1e-10)


def test_gradient(student, rng):
    """The gradients are the derivatives of the penalty, in the shapes of the parameters.

    Differentiate (alpha/2) W**2: the 2 and the 1/2 cancel.
    """
    params, alpha = two_layers(rng), 0.7
    _, grads = unpack(student.l2(params, alpha, {"W1", "W2"}), 2)
    for name in ("W1", "W2"):
        # Five-point differences are exact for a parabola, up to rounding of 1e-12.
        actual = entry(grads, name, params[name].shape)
        assert_gradient(actual, lambda w: alpha / 2 * float(np.sum(w**2)), params[name], rtol=1e-8, atol=1e-9)


@pytest.mark.parametrize("decay", [["W1", "W2"], []], ids=["biases", "everything"])
def test_what_is_not_named_is_free(student, rng, decay):
    """A parameter that is not named in decay costs nothing, and its gradient is an array of zeros in its shape.

    Give every name of params a gradient.
    """
    params = two_layers(rng)
    free = params.keys() - set(decay)
    penalty, grads = unpack(student.l2(params, 1.7, decay), 2)
    for name in free:
        assert_close(entry(grads, name, params[name].shape), np.zeros(params[name].shape))
    larger = {name: 10 * p if name in free else p for name, p in params.items()}
    again, _ = unpack(student.l2(larger, 1.7, decay), 2)
    # The same sum of the same numbers.
    if not np.isclose(as_float(penalty), as_float(again), rtol=1e-10, atol=0.0):
        fail("the penalty changes when a parameter that is not in decay grows")


@pytest.mark.presupposes("test_what_is_not_named_is_free")
def test_decay_decides(student, rng):
    """decay decides what is penalised, whatever the names and the shapes are.

    This function does not look at the first letter; the caller has done that.
    """
    params = {"bend": draw(rng, 3), "V": draw(rng, (2, 4))}
    penalty, grads = unpack(student.l2(params, 0.6, ("bend",)), 2)
    chosen, other = entry(grads, "bend", (3,)), entry(grads, "V", (2, 4))
    if np.any(chosen == 0) or np.any(other != 0):
        fail("the gradient is not where decay says", "Only the names in decay have a gradient that is not zero.")
    larger, _ = unpack(student.l2(params | {"bend": 3 * params["bend"]}, 0.6, ("bend",)), 2)
    # How large the penalty is, another test judges; here, whether it depends on what decay names.
    if np.isclose(as_float(penalty), as_float(larger), rtol=1e-10, atol=0.0):
        fail("the penalty stays the same when a parameter that is in decay grows")


def test_params_stay_as_they_are(student, rng):
    """The caller's parameters are the same after the call.

    Build new arrays, and a new dict.
    """
    call = student.l2.observe(two_layers(rng), 0.3, ["W1", "W2"])
    penalty, grads = unpack(call.value, 2)
    as_float(penalty)
    entry(grads, "W1", (3, 2))
    assert_unchanged(call, 0, hint="value *= alpha writes into the caller's array.")
