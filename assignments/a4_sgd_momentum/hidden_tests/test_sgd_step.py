"""SGD with weight decay, against closed forms and torch.optim.SGD in float64."""

import numpy as np
import pytest
import torch
from autograder import as_array, assert_close, assert_unchanged, fail

# A few roundings of numbers of size one in each step.
EXACT = {"rtol": 1e-10, "atol": 1e-12}


def entries(value, params):
    """A returned dict as float64 arrays in the shapes of params."""
    if not isinstance(value, dict) or value.keys() != params.keys():
        fail("the parameters after the step are not a dict with the names of params")
    return {name: as_array(value[name], shape=params[name].shape) for name in params}


def draw(rng, **shapes):
    """Random arrays of those shapes: numbers of size one and of both signs."""
    return {
        name: np.asarray(rng.uniform(0.5, 1.5, shape) * rng.choice([-1.0, 1.0], shape))
        for name, shape in shapes.items()
    }


def torch_path(params, gradients, lr, alpha):
    """Where torch.optim.SGD ends."""
    tensors = {name: torch.tensor(value) for name, value in params.items()}
    groups = [{"params": [t], "weight_decay": 0.0 if name[0] == "b" else alpha} for name, t in tensors.items()]
    optimiser = torch.optim.SGD(groups, lr=lr)
    for grads in gradients:
        for name, tensor in tensors.items():
            tensor.grad = torch.tensor(grads[name])
        optimiser.step()
    return {name: tensor.numpy() for name, tensor in tensors.items()}


def test_one_step(student, rng):
    """One step subtracts lr times (gradient plus alpha W) from a weight.

    Both terms carry the learning rate.
    """
    params, grads = draw(rng, W=(2, 3)), draw(rng, W=(2, 3))
    new = entries(student.sgd_step(params, grads, 0.2, 0.35), params)
    assert_close(new["W"], params["W"] - 0.2 * grads["W"] - 0.07 * params["W"], **EXACT)


@pytest.mark.presupposes("test_one_step")
@pytest.mark.weight(2)
def test_eight_steps_as_in_torch(student, rng):
    """After eight steps the parameters are where torch.optim.SGD takes them.

    Small mistakes add up: decay the current weights, with alpha (not 2 alpha), and no biases.
    """
    shapes = {"W1": (3, 2), "b1": (3,), "W2": (1, 3), "b2": (1,)}
    params, gradients = draw(rng, **shapes), [draw(rng, **shapes) for _ in range(8)]
    now = params
    for grads in gradients:
        now = entries(student.sgd_step(now, grads, 0.1, 0.4), params)
    for name, expected in torch_path(params, gradients, 0.1, 0.4).items():
        assert_close(now[name], expected, given=f"a parameter named {name}", **EXACT)


@pytest.mark.presupposes("test_one_step")
def test_without_decay(student, rng):
    """With alpha = 0 it is plain gradient descent, for parameters of any shape.

    Every parameter has its own gradient, the one with the same name.
    """
    shapes = {"W": (2, 1, 4), "scale": (), "b": (2,)}
    # The names come in another order: in a dict the order says nothing.
    params, grads = draw(rng, **shapes), draw(rng, **dict(reversed(shapes.items())))
    new = entries(student.sgd_step(params, grads, 0.3, 0.0), params)
    for name in shapes:
        assert_close(new[name], params[name] - 0.3 * grads[name], **EXACT)


@pytest.mark.presupposes("test_one_step")
def test_the_name_tells_a_bias(student, rng):
    """Biases do not decay and weights do, whatever their shapes are: the name decides.

    decayed(params) returns the names of the weights. A bias may be a column, and a weight a vector.
    """
    shapes = {"w": (3,), "embedding": (4, 2), "b1": (3, 1), "bias": (2,), "b": ()}
    params, grads = draw(rng, **shapes), {name: np.zeros(shape) for name, shape in shapes.items()}
    new = entries(student.sgd_step(params, grads, 0.1, 0.45), params)
    # Without a gradient only the decay moves anything: judged by whether it moves, not by how far.
    for name in ("w", "embedding"):
        if np.any(new[name] == params[name]):
            fail(f"a weight named {name}, of shape {shapes[name]}, did not decay")
    for name in ("b1", "bias", "b"):
        assert_close(new[name], params[name], hint="This bias had no gradient and should stay.", **EXACT)


@pytest.mark.presupposes("test_one_step")
def test_nothing_is_changed(student, rng):
    """The caller's params and grads are the same after the call.

    Fill a new dict with new arrays; params[name] -= ... changes the caller's.
    """
    params, grads = draw(rng, W=(2, 3), b=(2,)), draw(rng, W=(2, 3), b=(2,))
    call = student.sgd_step.observe(params, grads, 0.1, 0.2)
    new = entries(call.value, params)
    if any(np.array_equal(new[name], params[name]) for name in params):
        fail("no step was made")
    assert_unchanged(call, 0, 1, hint="params[name] -= ... and grads[name] += ... write into the caller's arrays.")
