"""SGD with momentum and weight decay, against closed forms and torch.optim.SGD in float64."""

import numpy as np
import pytest
import torch
from autograder import as_array, assert_close, assert_unchanged, fail, unpack

# A few roundings of numbers up to ten in each step.
EXACT = {"rtol": 1e-10, "atol": 1e-11}

SHAPES = {"W": (2, 3), "b": (2,)}


def entries(value, params, what):
    """A returned dict as float64 arrays in the shapes of params."""
    if not isinstance(value, dict) or value.keys() != params.keys():
        fail(f"the {what} after the step are not a dict with the names of params")
    return {name: as_array(value[name], shape=params[name].shape) for name in params}


def stepped(student, params, *rest):
    """The parameters and the velocity after one step of the student's."""
    new, vel = unpack(student.momentum_step(params, *rest), 2)
    return entries(new, params, "parameters"), entries(vel, params, "velocities")


def draw(rng, shapes=SHAPES):
    """Random arrays of those shapes: numbers of size one and of both signs."""
    return {
        name: np.asarray(rng.uniform(0.5, 1.5, shape) * rng.choice([-1.0, 1.0], shape))
        for name, shape in shapes.items()
    }


def zeros(params):
    """No velocity."""
    return {name: np.zeros(value.shape) for name, value in params.items()}


def torch_path(params, gradients, rates, tau, alpha):
    """Where torch.optim.SGD ends."""
    tensors = {name: torch.tensor(value) for name, value in params.items()}
    groups = [{"params": [t], "weight_decay": 0.0 if name[0] == "b" else alpha} for name, t in tensors.items()]
    optimiser = torch.optim.SGD(groups, lr=rates[0], momentum=tau)
    for grads, lr in zip(gradients, rates, strict=True):
        for group in optimiser.param_groups:
            group["lr"] = lr
        for name, tensor in tensors.items():
            tensor.grad = torch.tensor(grads[name])
        optimiser.step()
    return {name: tensor.numpy() for name, tensor in tensors.items()}


def follow_torch(student, rng, shapes, rates, alpha):
    """Walks with the student's steps and with torch's, and compares where they end."""
    params, gradients = draw(rng, shapes), [draw(rng, shapes) for _ in rates]
    now, vel = params, zeros(params)
    for grads, lr in zip(gradients, rates, strict=True):
        now, vel = stepped(student, now, grads, vel, lr, 0.8, alpha)
    for name, expected in torch_path(params, gradients, rates, 0.8, alpha).items():
        assert_close(now[name], expected, given=f"a parameter named {name}", **EXACT)


def test_first_step(student, rng):
    """From a velocity of zero and without decay, the first step is plain gradient descent.

    v is the gradient itself, with a factor of 1; the step is lr times v, downhill. Look gradients up by name.
    """
    # The names come in another order: in a dict the order says nothing.
    params, grads = draw(rng), draw(rng, dict(reversed(SHAPES.items())))
    new, _ = stepped(student, params, grads, zeros(params), 0.2, 0.9, 0.0)
    for name in params:
        assert_close(new[name], params[name] - 0.2 * grads[name], **EXACT)


def test_the_new_velocity_moves(student, rng):
    """The old velocity counts with a factor of tau, and the step is made with the new velocity.

    First v, then W.
    """
    params, grads, vel = draw(rng), draw(rng), draw(rng)
    new, _ = stepped(student, params, grads, vel, 0.2, 0.7, 0.0)
    # Only the weight: other tests judge biases.
    assert_close(new["W"], params["W"] - 0.14 * vel["W"] - 0.2 * grads["W"], **EXACT)


def test_the_velocity_is_returned(student, rng):
    """The second result is the new velocity: tau times the old one, plus gradient, plus alpha W.

    It contains no learning rate, and no factor 1 - tau.
    """
    params, grads, vel = draw(rng), draw(rng), draw(rng)
    _, velocity = stepped(student, params, grads, vel, 0.2, 0.7, 0.45)
    assert_close(velocity["W"], 0.7 * vel["W"] + grads["W"] + 0.45 * params["W"], **EXACT)


@pytest.mark.presupposes("test_the_new_velocity_moves", "test_the_velocity_is_returned")
@pytest.mark.weight(2)
def test_eight_steps_as_in_torch(student, rng):
    """After eight steps with momentum and decay the parameters are where torch.optim.SGD takes them.

    The decay goes into the velocity, with alpha times the current weights; pass the new velocity on.
    """
    follow_torch(student, rng, SHAPES, [0.1] * 8, alpha=0.35)


@pytest.mark.presupposes("test_the_new_velocity_moves")
@pytest.mark.weight(2)
def test_the_rate_changes_midway(student, rng):
    """When the learning rate falls midway, it acts at once on everything that is remembered, as in torch.optim.SGD.

    The learning rate multiplies v in the step; it must not be stored inside v.
    """
    follow_torch(student, rng, {"W": (2, 3)}, [0.2] * 4 + [0.02] * 4, alpha=0.0)


@pytest.mark.presupposes("test_the_velocity_is_returned")
def test_without_momentum(student, rng):
    """With tau = 0 the old velocity is forgotten, and the step is SGD with weight decay.

    tau multiplies the old velocity and nothing else.
    """
    params, grads, vel = draw(rng), draw(rng), draw(rng)
    new, _ = stepped(student, params, grads, vel, 0.2, 0.0, 0.35)
    assert_close(new["W"], params["W"] - 0.2 * grads["W"] - 0.07 * params["W"], **EXACT)


def test_biases_remember_and_do_not_decay(student, rng):
    """A bias of any shape has momentum and no decay; a weight of any shape decays.

    decayed(params) returns the names of the weights; only the first letter counts.
    """
    shapes = {"w": (3,), "embedding": (4, 2), "b1": (3, 1), "bias": ()}
    params, vel = draw(rng, shapes), draw(rng, shapes)
    new, velocity = stepped(student, params, zeros(params), vel, 0.1, 0.7, 0.6)
    for name in ("b1", "bias"):
        assert_close(velocity[name], 0.7 * vel[name], given=f"the velocity of a bias named {name}", **EXACT)
        assert_close(new[name], params[name] - 0.07 * vel[name], given=f"a bias named {name}", **EXACT)
    # How far a weight decays is judged by other tests; here, whether it does.
    for name in ("w", "embedding"):
        if np.allclose(new[name], params[name] - 0.07 * vel[name], rtol=1e-6):
            fail(f"a weight named {name}, of shape {shapes[name]}, did not decay")


def test_nothing_is_changed(student, rng):
    """The caller's params, grads and vel are the same after the call.

    Fill new dicts with new arrays; vel[name] *= tau changes the caller's.
    """
    params = draw(rng)
    call = student.momentum_step.observe(params, draw(rng), draw(rng), 0.1, 0.9, 0.2)
    new, vel = unpack(call.value, 2)
    new, vel = entries(new, params, "parameters"), entries(vel, params, "velocities")
    if not all(np.isfinite(vel[name]).all() and np.all(new[name] != params[name]) for name in params):
        fail("no step was made")
    assert_unchanged(call, 0, 1, 2, hint="vel[name] *= tau and params[name] -= ... write into the caller's arrays.")
