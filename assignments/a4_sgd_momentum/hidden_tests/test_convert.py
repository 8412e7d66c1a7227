"""Three other forms of momentum: both ways are walked, and compared point by point."""

import numpy as np
import pytest
from autograder import as_array, as_float, assert_close, assert_curve, assert_raises, assert_unchanged, fail, unpack

CASES = ((0.35, 0.9, 0.2), (0.27, 0.6, 0.0), (0.41, 0.0, 0.3))
"""Learning rate, momentum and decay."""

KNOWN = (0.5, 0.6, 0.1)
"""The numbers of the visible check: students may see what becomes of them."""


def ours(w, v, g, lr, tau, alpha):
    """One step of the course."""
    v = tau * v + g + alpha * w
    return w - lr * v, v


def objective(w, v, g, lr, tau, alpha):
    """One step down the objective of the slide."""
    v = tau * v + g + 2 * alpha * w
    return w - lr * v, v


def average(w, v, g, lr, tau, alpha):
    """One step with a velocity that is a true average."""
    v = tau * v + (1 - tau) * (g + alpha * w)
    return w - lr * v, v


def velocity(w, v, g, lr, tau, alpha):
    """One step with a velocity that is the step itself."""
    v = tau * v - lr * (g + alpha * w)
    return w + v, v


def walk(seed, step, numbers, v):
    """The points w_1 ... w_6 of a walk on a random quadratic that begins with the velocity v."""
    draw = np.random.default_rng(seed).uniform
    curvatures, centre, w = draw(0.5, 1.5, 3), draw(-1.0, 1.0, 3), draw(-1.0, 1.0, 3)
    path = []
    # Numbers that are wildly wrong may overflow, and are far off anyway.
    with np.errstate(all="ignore"):
        for _ in range(6):
            w, v = step(w, v, curvatures * (w - centre), *numbers)
            path.append(w)
    return np.array(path)


def swing(step, numbers):
    """The points w_1 ... w_8 of a walk in the valley w**2 / 2, from w = 1 and v = 0."""
    w, v, path = 1.0, 0.0, []
    # Numbers that are wildly wrong may overflow, and are far off anyway.
    with np.errstate(all="ignore"):
        for _ in range(8):
            w, v = step(w, v, w, *numbers)
            path.append(w)
    return np.array(path)


def converted(student, form, numbers, v):
    """The student's three numbers and velocity for ours."""
    *found, our_v = unpack(student.convert(form, *numbers, v), 4)
    return [as_float(number) for number in found], as_array(our_v, shape=(3,))


def compare(student, rng, theirs):
    """Walks from v = 0 with the other form and with the student's numbers for ours: in a known valley, then elsewhere."""
    found, _ = converted(student, theirs.__name__, KNOWN, np.zeros(3))
    given = f"convert({theirs.__name__!r}, 0.5, 0.6, 0.1, v) for v = 0, and the points w_1, ..., w_8 in w²/2 from w = 1"
    # Eight steps of numbers of size one, as below.
    assert_curve(swing(ours, found), swing(theirs, KNOWN), given=given, rtol=1e-9, atol=1e-10)
    for numbers in CASES:
        seed, start = int(rng.integers(2**32)), np.zeros(3)
        found, _ = converted(student, theirs.__name__, numbers, start)
        # Six steps of numbers of size one: different orders of the same products differ by 1e-14. The velocity that
        # came back is judged by a test of its own.
        expected = walk(seed, theirs, numbers, start)
        assert_close(walk(seed, ours, found, start), expected, rtol=1e-9, atol=1e-10)


def test_objective(student, rng):
    """From v = 0, with the numbers for "objective", our update follows the gradient of L + alpha sum(w**2).

    Differentiate the penalty as it is written on the slide, and compare it with ours.
    """
    compare(student, rng, objective)


def test_average(student, rng):
    """From v = 0, with the numbers for "average", our update walks through the same points as the true average.

    Its velocity is 1 - tau times ours.
    """
    compare(student, rng, average)


def test_velocity(student, rng):
    """From v = 0, with the numbers for "velocity", our update walks through the points of the form that stores steps.

    Its velocity is -lr times ours.
    """
    compare(student, rng, velocity)


@pytest.mark.presupposes("test_objective", "test_average", "test_velocity")
@pytest.mark.weight(2)
@pytest.mark.parametrize("theirs", [objective, average, velocity], ids=["objective", "average", "velocity"])
def test_a_run_continues(student, rng, theirs):
    """In the middle of a run our first step, with the velocity that you return, continues like theirs.

    Their velocity is c times ours, with another c for each form: divide by it.
    """
    for numbers in CASES:
        _, tau, _ = numbers
        v, w, g = (rng.uniform(0.5, 1.5, 3) for _ in range(3))
        (lr, *_), our_v = converted(student, theirs.__name__, numbers, v)
        # Only what comes from the velocity: the numbers are judged by the tests above.
        remembered = theirs(w, np.zeros(3), g, *numbers)[0] - theirs(w, v, g, *numbers)[0]
        assert_close(lr * tau * our_v, remembered, rtol=1e-9, atol=1e-10)


def test_v_stays_as_it_is(student, rng):
    """The caller's v is the same after the call.

    v /= 1 - tau writes into the caller's array; v / (1 - tau) makes a new one.
    """
    for theirs in (objective, average, velocity):
        call = student.convert.observe(theirs.__name__, 0.3, 0.8, 0.1, rng.uniform(0.5, 1.5, 3))
        *_, v = unpack(call.value, 4)
        if np.any(as_array(v, shape=(3,)) == 0):
            fail("the velocity is lost")
        assert_unchanged(call, 4)


def test_other_forms(student):
    """A form that is not in the table raises a ValueError.

    A silent default would be somebody's wrong learning rate.
    """
    assert_raises(ValueError, student.convert, "nesterov", 0.1, 0.9, 0.0, np.zeros(3))
