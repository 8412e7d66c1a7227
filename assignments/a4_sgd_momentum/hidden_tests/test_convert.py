"""Three other forms of momentum: both ways are walked, and compared point by point."""

import numpy as np
from autograder import as_float, assert_close, assert_curve, assert_raises, unpack

CASES = ((0.35, 0.9, 0.2), (0.27, 0.6, 0.0), (0.41, 0.0, 0.3))
"""Learning rate, momentum and decay."""


def walk(rng, move):
    """The points w_1 ... w_6 of a walk on a quadratic; move(w, v, g) returns the next w and v."""
    curvatures, centre = rng.uniform(0.5, 1.5, 3), rng.uniform(-1.0, 1.0, 3)
    w, v, path = rng.uniform(-1.0, 1.0, 3), np.zeros(3), []
    # A rate that is wildly wrong may overflow, and is far off anyway.
    with np.errstate(all="ignore"):
        for _ in range(6):
            w, v = move(w, v, curvatures * (w - centre))
            path.append(w)
    return np.array(path)


KNOWN = (0.5, 0.6, 0.1)
"""The numbers of the visible check: students may see what becomes of them."""


def swing(move):
    """The points w_1 ... w_8 of a walk in the valley w**2 / 2, from w = 1."""
    w, v, path = 1.0, 0.0, []
    # A rate that is wildly wrong may overflow, and is far off anyway.
    with np.errstate(all="ignore"):
        for _ in range(8):
            w, v = move(w, v, w)
            path.append(w)
    return np.array(path)


def ours(lr, tau, alpha):
    """The update of the course."""

    def move(w, v, g):
        v = tau * v + g + alpha * w
        return w - lr * v, v

    return move


def compare(student, rng, form, theirs):
    """Walks with the other form and with the student's numbers for ours: in a known valley, then on random quadratics."""
    numbers = [as_float(number) for number in unpack(student.convert(form, *KNOWN), 3)]
    given = f"convert({form!r}, 0.5, 0.6, 0.1) and the points w_1, ..., w_8 in the valley w²/2 from w = 1"
    # Eight steps of numbers of size one, as below.
    assert_curve(swing(ours(*numbers)), swing(theirs(*KNOWN)), given=given, rtol=1e-9, atol=1e-10)
    for lr, tau, alpha in CASES:
        numbers = [as_float(number) for number in unpack(student.convert(form, lr, tau, alpha), 3)]
        seed = int(rng.integers(2**32))
        expected = walk(np.random.default_rng(seed), theirs(lr, tau, alpha))
        # Six steps of numbers of size one: different orders of the same products differ by 1e-14.
        assert_close(walk(np.random.default_rng(seed), ours(*numbers)), expected, rtol=1e-9, atol=1e-10)


def test_objective(student, rng):
    """With the numbers for "objective" our update follows the gradient of L + alpha sum(w**2).

    Derive the penalty as it is written on the slide, and compare it with ours.
    """

    def theirs(lr, tau, alpha):
        def move(w, v, g):
            v = tau * v + g + 2 * alpha * w
            return w - lr * v, v

        return move

    compare(student, rng, "objective", theirs)


def test_average(student, rng):
    """With the numbers for "average" our update walks through the same points as the true average.

    Its velocity is 1 - tau times ours.
    """

    def theirs(lr, tau, alpha):
        def move(w, v, g):
            v = tau * v + (1 - tau) * (g + alpha * w)
            return w - lr * v, v

        return move

    compare(student, rng, "average", theirs)


def test_velocity(student, rng):
    """With the numbers for "velocity" our update walks through the same points as the form that stores its steps.

    Its velocity is -lr times ours.
    """

    def theirs(lr, tau, alpha):
        def move(w, v, g):
            v = tau * v - lr * (g + alpha * w)
            return w + v, v

        return move

    compare(student, rng, "velocity", theirs)


def test_other_forms(student):
    """A form that is not in the table raises a ValueError.

    A silent default would be somebody's wrong learning rate.
    """
    assert_raises(ValueError, student.convert, "nesterov", 0.1, 0.9, 0.0)
