"""The numbers in the prose of a4_sgd_momentum, recomputed with the functions of its solution notebook.

Each test looks for its sentence in the notebook first: prose that changes takes its number along.
"""

import sys
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from course_fixtures import ROOT

from autograder.notebooks import ipynb as nb

NAME = "a4_sgd_momentum"
CELLS = nb.parse((ROOT / "solutions" / NAME / f"{NAME}.ipynb").read_bytes())["cells"]
PROSE = " ".join(" ".join(cell["source"] for cell in CELLS if cell["cell_type"] == "markdown").split())


class Drawn(ModuleType):
    """Stands for ``plots``: remembers what each picture was given."""

    def __getattr__(self, name: str) -> Any:
        return lambda *args, **kwargs: self.__dict__.update({name: (*args, *kwargs.values())})


@pytest.fixture(scope="module")
def notebook() -> dict[str, Any]:
    """The names of the solution notebook after its cells have run, without check cells; "plots" has the pictures."""
    helpers = ModuleType("checks")
    vars(helpers).update(attempt=lambda experiment, *args: experiment(*args), checks_passed=lambda: None)
    before = {name: sys.modules.get(name) for name in ("plots", "checks")}
    sys.modules.update(plots=Drawn("plots"), checks=helpers)
    names: dict[str, Any] = {}
    try:
        for cell in CELLS:
            if cell["cell_type"] == "code":
                exec(cell["source"], names)
    finally:
        sys.modules.update({name: module for name, module in before.items() if module})
        for name in (name for name, module in before.items() if not module):
            del sys.modules[name]
    return names


def says(*sentences: str) -> None:
    """The prose contains these words."""
    assert [sentence for sentence in sentences if sentence not in PROSE] == []


@pytest.mark.parametrize(
    ("lr", "tau", "variance"), [(0.02, 0.0, 0.0101), (0.02, 0.9, 0.1005), (0.2, 0.0, 0.1111), (0.002, 0.9, 0.0100)]
)
def test_noise_depends_on_the_rate_over_one_minus_tau(
    notebook: dict[str, Any], lr: float, tau: float, variance: float
) -> None:
    says("at $\\lambda = 0.02$, the variance is about $0.010$", "Measured: about $0.10$, ten times as much")
    says("is about $0.010$ again for $\\lambda = 0.002$", "this product sets the variance (about half of it)")
    exact = lr * (1 + tau) / ((1 - tau) * (2 * (1 + tau) - lr))  # of the process that w follows, of second order
    assert exact == pytest.approx(variance, abs=5e-5)
    assert exact == pytest.approx(lr / (1 - tau) / 2, rel=0.12)
    assert notebook["variance_at_rest"](lr, tau) == pytest.approx(exact, rel=0.05)  # 10,000 walkers: 1.4 %


def test_the_valley_with_the_numbers_of_the_slide(notebook: dict[str, Any]) -> None:
    says("the curvatures are $1.4$ and $521$", "above $2/521 = 0.0038$", "$0.0050 / 0.23 = 0.022$")
    slope, at, step = notebook["slope"], np.array([1.0, 1 / 3]), 1e-6
    rows = [(slope(*(at + step * e)) - slope(*(at - step * e))) / (2 * step) for e in np.eye(2)]
    flat, steep = np.linalg.eigvalsh(np.array(rows))
    assert (round(flat, 1), round(steep)) == (1.4, 521)
    assert round(2 / steep, 4) == 0.0038
    assert notebook["critical_rate"](np.diag([flat, steep]), 0.77) > 0.005
    assert round(0.005 / (1 - 0.77), 3) == 0.022


def test_how_long_the_walks_through_the_valley_take(notebook: dict[str, Any]) -> None:
    says("it arrives after 843 steps", "102 steps are enough", "never settles")
    _, paths = notebook["plots"].valley
    assert [len(path) - 1 for path in paths.values()] == [1000, 843, 102]
    assert ["not in 1000 steps" in title for title in paths] == [True, False, False]


def test_what_is_left_after_150_steps(notebook: dict[str, Any]) -> None:
    says("any rate from $0.6$ to $3$ arrives as exactly as float64 allows")
    says("between $0.01$ and $0.2$ of the distance is left at *every* rate")
    rates, runs = notebook["plots"].cliffs
    for tau, (measured, predicted, limit) in runs.items():
        left, right = rates < 0.99 * limit, rates > 1.01 * limit
        assert max(np.array(measured)[left]) < 1 < min(np.array(measured)[right]), tau
        assert np.array(predicted)[left].max() < 1 < np.array(predicted)[right].min(), tau
    arrives = np.array(runs[0.6][0])[(rates > 0.6) & (rates < 3.0)]
    assert arrives.max() < np.finfo(float).eps
    swings = np.array(runs[0.95][0])[rates < 0.99 * runs[0.95][2]]
    assert 0.01 < swings.min() < swings.max() < 0.2
    without = np.array(runs[0.0][0])
    assert np.mean(without[rates < 2] < 1e-12) < 0.1


def test_steps_to_a_thousandth_with_much_momentum(notebook: dict[str, Any]) -> None:
    says("$\\sqrt{0.95} = 0.975$", "about 270 steps")
    assert round(notebook["factor_per_step"](1.0, 1.0, 0.95), 3) == 0.975
    assert np.log(1e-3) / np.log(np.sqrt(0.95)) == pytest.approx(270, abs=5)


def test_the_best_factors_for_a_ratio_of_one_hundred(notebook: dict[str, Any]) -> None:
    says("For $h / \\mu = 100$ that is $0.82$", "$(h - \\mu) / (h + \\mu) = 0.98$: ten times as many steps")
    steep, flat = 10.0, 1.0
    lr, tau = (2 / (steep + flat)) ** 2, ((steep - flat) / (steep + flat)) ** 2
    # Both ends have double roots, which np.roots knows to half of the digits.
    momentum = max(notebook["factor_per_step"](lr, h, tau) for h in (1.0, 100.0))
    plain = max(notebook["factor_per_step"](2 / 101, h) for h in (1.0, 100.0))
    assert momentum == pytest.approx(np.sqrt(tau), abs=1e-6)
    assert (round(momentum, 2), round(plain, 2)) == (0.82, 0.98)
    assert np.log(momentum) / np.log(plain) == pytest.approx(10, abs=0.1)


def test_four_times_the_batch_halves_the_error(notebook: dict[str, Any]) -> None:
    says("its noise shrinks like $1/\\sqrt B$", "The error halves ($1/\\sqrt 4$)")
    errors = [notebook["typical_error"](B) for B in (1, 4, 16, 64)]
    assert np.array(errors[:-1]) / np.array(errors[1:]) == pytest.approx(2, rel=0.1)


def test_the_held_out_error_has_a_minimum_and_the_other_curves_have_none(notebook: dict[str, Any]) -> None:
    says("is smallest near $\\alpha = 0.02$", "$\\lVert w \\rVert$ falls and the training error rises")
    _, curves, alphas, found = notebook["plots"].shrinking
    norms, training, held_out = (np.array(values) for values in found.values())
    assert np.all(np.diff(norms) < 0)
    assert np.all(np.diff(training) > 0)
    assert 0.01 < alphas[np.argmin(held_out)] < 0.03
    assert min(held_out[0], held_out[-1]) > 1.5 * held_out.min()
    (x, y), (fine, curve) = notebook["plots"].shrinking[0], curves["no decay"]
    assert np.interp(x, fine, curve) == pytest.approx(y, abs=0.02)


def test_the_loss_falls_once_more_with_the_rate_and_ends_below_the_noise(notebook: dict[str, Any]) -> None:
    says("the loss falls once more", "The loss ends a little *below* the variance of the noise")
    _, _, epochs, noise = notebook["plots"].losses
    assert max(epochs[6:]) < min(epochs[2:5])
    assert epochs[-1] < noise


def test_one_form_leaves_the_common_path(notebook: dict[str, Any]) -> None:
    says("go on for about $1/(1 - \\tau)$ steps after the fall")
    paths, fall = notebook["plots"].forms
    ours, *others = paths.values()
    apart = [np.max(np.abs(path - ours)) for path in others]
    assert np.array(apart) == pytest.approx([0, 0, apart[2]], abs=1e-12)
    assert apart[2] > 0.5
    assert np.max(np.abs(others[2][: fall + 1] - ours[: fall + 1])) < 1e-12


def test_a_step_that_is_too_long(notebook: dict[str, Any]) -> None:
    says("$1.05^{15000}$ is larger than any float64", "Each step multiplies $w$ by $1 - \\lambda h = -2$")
    assert 15000 * np.log(1.05) > np.log(np.finfo(float).max)
    (paths,) = notebook["plots"].goldilocks
    assert [path[1] / path[0] for path in paths.values()] == pytest.approx([0.95, 0.3, -1.05])
    assert notebook["gd_step"](1.0, 4.0, 3 / 4) == -2
