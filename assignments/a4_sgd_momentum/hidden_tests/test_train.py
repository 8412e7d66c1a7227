"""The training loop: which function is called with what, in which order, and what is reported."""

import numpy as np
import pytest
from autograder import as_array, as_float, assert_close, assert_unchanged, fail, unpack

START = {"w": np.array([0.5, -0.7]), "b": np.array(0.25)}
# Two epochs of three batches, so that nobody gets away with taking one number for the other.
EPOCHS = [[[3, 0, 6], [1, 5, 2], [4]], [[2, 6, 0], [5, 3, 4], [1]]]
LOSSES = [4.1372916, 1.2084573, 2.5917264, 3.3610857, 0.4729138, 1.8253069]


class Log:
    """Functions to train with that remember how they were called, and answer with tagged numbers.

    The values are not checked during the run: what a student passes is judged afterwards.
    """

    def __init__(self):
        self.rounds, self.asked, self.stepped = 0, [], []

    def batches(self):
        """The split of the next epoch."""
        self.rounds += 1
        return [np.array(index) for index in EPOCHS[(self.rounds - 1) % 2]]

    def loss_and_grads(self, params, index):
        """The next loss, and gradients that carry its number."""
        self.asked.append((params, index))
        return LOSSES[(len(self.asked) - 1) % len(LOSSES)], tagged(100 + len(self.asked))

    def step(self, params, grads, vel):
        """Parameters and velocities that carry the number of the step."""
        self.stepped.append((params, grads, vel))
        return tagged(200 + len(self.stepped)), tagged(300 + len(self.stepped))


def tagged(number):
    """Arrays in the shapes of START that hold one number."""
    return {name: np.full(value.shape, float(number)) for name, value in START.items()}


def run(student):
    """Two epochs of three batches: the log, the parameters and the history."""
    log = Log()
    params, history = unpack(student.train(START, log.loss_and_grads, log.batches, log.step, 2), 2)
    if len(log.asked) != len(LOSSES) or len(log.stepped) != len(LOSSES):
        counts = f"{len(log.asked)} gradients and {len(log.stepped)} steps"
        fail(f"2 epochs of 3 batches took {counts}; it should be {len(LOSSES)} of each")
    return log, params, history


def assert_same(value, expected, what):
    """The student handed on exactly these arrays."""
    if not isinstance(value, dict) or value.keys() != expected.keys():
        fail(f"{what} are not a dict with the names of params")
    for name, array in expected.items():
        if not np.array_equal(as_array(value[name], shape=array.shape), array):
            fail(f"{what} are not the ones they should be")


def part(history, name, length):
    """One list of the history as an array."""
    if not isinstance(history, dict) or name not in history:
        fail(f'the history is not a dict with a list "{name}"')
    return as_array(history[name], shape=(length,))


def test_the_loss_falls(student):
    """On a small regression the loss of the last epoch is far below that of the first.

    Each step has to begin where the last one ended.
    """
    x = np.linspace(-1.0, 1.0, 6)

    @np.errstate(all="ignore")  # a walk that goes wrong may overflow
    def loss_and_grads(at, index):
        residual = as_float(at["w"]) * x[index] + as_float(at["b"]) - 3.0 * x[index] - 1.0
        factor = 2 * residual / max(len(index), 1)
        grads = {"w": np.array(np.sum(x[index] * factor)), "b": np.array(np.sum(factor))}
        return float(np.sum(residual**2)) / len(index), grads

    def step(at, grads, vel):
        return {name: as_float(at[name]) - 0.3 * as_float(grads[name]) for name in at}, vel

    def batches():
        return [np.array([0, 3, 5, 2]), np.array([4, 1])]

    start = {"w": np.array(0.0), "b": np.array(0.0)}
    _, history = unpack(student.train(start, loss_and_grads, batches, step, 4), 2)
    losses = part(history, "epoch", 4)
    # The reference falls to a twentieth; half is generous, and a loop that stands still stays at the start.
    if not losses[-1] < 0.5 * losses[0]:
        fail("the loss of the fourth epoch is not even half of the first")


def test_every_batch_loss_is_kept(student):
    """history["batch"] holds the loss of every mini-batch, in order.

    One number for each call of loss_and_grads, over all epochs.
    """
    _, _, history = run(student)
    assert_close(part(history, "batch", len(LOSSES)), np.array(LOSSES))


def test_the_tail_counts_by_its_size(student):
    """history["epoch"] holds for each epoch the mean loss over its examples: each batch counts by its size.

    A last batch of one example must not count as much as a full batch.
    """
    log, _, history = run(student)
    sizes = [as_array(index).size for _, index in log.asked]
    if 0 in sizes:
        fail("a gradient was asked for without examples")
    # Three batches in each epoch; in the order in which the student took them.
    expected = [np.average(LOSSES[k : k + 3], weights=sizes[k : k + 3]) for k in (0, 3)]
    assert_close(part(history, "epoch", 2), np.array(expected), rtol=1e-10)


def test_batches_as_they_come(student):
    """batches is called once for each epoch, and its index arrays are used in order, unchanged.

    All randomness is in batches: do not shuffle again in the loop, and do not keep the split of the first epoch.
    """
    log, _, _ = run(student)
    if log.rounds != 2:
        fail(f"batches was called {log.rounds} times in 2 epochs")
    for (_, index), expected in zip(log.asked, EPOCHS[0] + EPOCHS[1], strict=True):
        if not np.array_equal(as_array(index), expected):
            fail("loss_and_grads was called with other indices than batches returned", "Pass the index arrays on.")


def test_each_step_begins_where_the_last_ended(student):
    """Gradients are taken at the parameters that the last step returned, and the final ones are returned.

    Rebind params to what step returns, and pass step the gradients of this batch.
    """
    log, params, _ = run(student)
    for number, ((at, _), (before, grads, _)) in enumerate(zip(log.asked, log.stepped, strict=True)):
        expected = tagged(200 + number) if number else START
        assert_same(at, expected, "the parameters at which a gradient was taken")
        assert_same(before, expected, "the parameters that a step was given")
        assert_same(grads, tagged(101 + number), "the gradients that a step was given")
    assert_same(params, tagged(206), "the returned parameters")


@pytest.mark.presupposes("test_each_step_begins_where_the_last_ended")
def test_the_velocity_goes_on(student):
    """The velocity is zero at the first step, and then what the last step returned, also across epochs.

    Rebind vel as you rebind params, and do not reset it when an epoch begins.
    """
    log, _, _ = run(student)
    for number, (_, _, vel) in enumerate(log.stepped):
        expected = tagged(300 + number) if number else tagged(0)
        assert_same(vel, expected, "the velocities that a step was given")


@pytest.mark.presupposes("test_each_step_begins_where_the_last_ended")
def test_the_start_stays_as_it_is(student):
    """The caller's params are the same after training.

    Do not copy results back into the dict that was passed.
    """
    log = Log()
    call = student.train.observe(START, log.loss_and_grads, log.batches, log.step, 1)
    unpack(call.value, 2)
    if len(log.stepped) < 3:
        fail(f"1 epoch of 3 batches took {len(log.stepped)} steps")
    assert_unchanged(call, 0, hint="params = ... is harmless; params[name] = ... and params.update(...) are not.")
