"""Every number in the prose of a1_numerical_gradients is what its solution, or an independent computation, gives."""

import ast
import contextlib
import io
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import torch
from course_fixtures import ROOT

from autograder.notebooks import percent
from autograder.notebooks.roles import role

NAME = "a1_numerical_gradients"
CELLS = percent.parse((ROOT / "assignments" / NAME / "notebook.py").read_text(encoding="utf-8"))
SOLUTION = re.compile(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", re.DOTALL)
PROSE = " ".join(SOLUTION.sub("", cell.source) for cell in CELLS if cell.kind == "markdown")
ANSWERS = {cell.metadata["written"]: cell.source for cell in CELLS if role(cell) == "written"}
U = 2.0**-53
RUN_MINUTES = 0.25
"""What all cells of the solution take: about 15 s on two shared cores."""


class Silent(ModuleType):
    """Stands for plots.py: draws nothing."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *_: None


@pytest.fixture(scope="module")
def solved() -> dict[str, Any]:
    """The names of the notebook after the solution has run, and what it printed under the name "printed"."""
    names: dict[str, Any] = {}
    printed = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(printed):
        patch.syspath_prepend(str(ROOT / "solutions" / NAME))
        patch.setitem(sys.modules, "plots", Silent("plots"))
        patch.delitem(sys.modules, "checks", raising=False)
        for cell in CELLS:
            if cell.kind == "code":
                exec(compile(cell.source, NAME, "exec"), names)
        patch.delitem(sys.modules, "checks", raising=False)
    return names | {"printed": printed.getvalue()}


def says(*phrases: str) -> None:
    """The prose still makes the claims that the test is about."""
    text = re.sub(r"\s+", " ", PROSE)
    assert [phrase for phrase in phrases if phrase not in text] == []


def answers(name: str, *phrases: str) -> None:
    text = re.sub(r"\s+", " ", ANSWERS[name])
    assert [phrase for phrase in phrases if phrase not in text] == []


def correct_digits(measured: float, truth: float) -> int:
    return int(-np.log10(abs(measured / truth - 1)))


def test_the_leading_error_of_the_forward_difference_is_odd_in_the_step(solved: dict[str, Any]) -> None:
    says("is *odd* in $h$")
    right, left = (solved["forward_diff"](np.exp, 0.3, h) - np.exp(0.3) for h in (1e-3, -1e-3))
    assert right == pytest.approx(0.5e-3 * np.exp(0.3), rel=1e-3)
    assert left == pytest.approx(-right, rel=1e-3)


def test_three_digits_become_six(solved: dict[str, Any]) -> None:
    says("At $h = 0.001$ that is the difference between three correct digits and six")
    found = [correct_digits(solved[name](np.exp, 1.0, 1e-3), np.e) for name in ("forward_diff", "central_diff")]
    assert found == [3, 6]


def test_an_integer_swallows_the_step() -> None:
    says(r"(9 - 4)/(2 \cdot 10^{-5}) = 250000")
    ahead, behind = np.array([3]), np.array([3])
    ahead[0] += np.float64(1e-5)
    behind[0] = behind[0] - 1e-5
    assert (ahead[0] ** 2 - behind[0] ** 2) / 2e-5 == pytest.approx(250_000)


def test_the_slide_is_off_by_what_the_explanation_says(solved: dict[str, Any]) -> None:
    weights, x, y = solved["W"], solved["x"], solved["y"]
    exact, gradient = solved["slide_case"](weights, x, y)
    assert round(exact, 6) == 1.669267
    np.testing.assert_allclose(weights @ x, [0.4165, -0.118, 1.1675])
    cut = np.linalg.norm(np.array([0.416, -0.118, 1.167]) - y)
    assert round(float(cut), 5) == 1.66879
    both = weights + np.array([[1e-3, 1e-3, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]])
    second = np.linalg.norm(both @ x - y)
    assert round((float(second) - exact) / 1e-3, 3) == 0.400
    assert np.round(gradient[0, :2], 3).tolist() == [0.025, 0.374]
    one = np.zeros((3, 4))
    one[0, 1] = 1.0
    alone = solved["forward_diff"](lambda t: np.linalg.norm((weights + t * one) @ x - y), 0.0, 1e-3)
    assert round(alone, 4) == 0.3749
    answers("explain_the_slide", "$1.66879$", "= 0.400$", "$0.374266$", "$0.3749$", r"d \ge 5")


def test_where_the_slope_is_zero_the_measured_one_would_be_a_false_alarm(solved: dict[str, Any]) -> None:
    says("the measured one is about $10^{-11}$", "a relative error of $10^{-3}$ and a false alarm")
    places = np.linspace(0.5, 1.5, 50)
    noise = [abs(solved["central_diff"](lambda t, a=a: np.exp(t) - t * np.exp(a), a, 1e-5)) for a in places]
    assert 3e-12 < np.mean(noise) < 1e-10
    assert 3e-4 < np.mean(noise) / 1e-8 < 1e-2


def test_the_best_steps_and_their_digits(solved: dict[str, Any]) -> None:
    says(r"8 digits at $h \approx 10^{-8}$", r"11 digits at $h \approx 10^{-5}$", "five or six digits")
    hs = 10.0 ** np.arange(-12, 0)
    double, single = (
        solved["step_study"](solved["wave"], solved["wave_slope"], 1.0, hs, kind) / solved["wave_slope"](1.0)
        for kind in ("float64", "float32")
    )
    assert hs[np.argmin(double, axis=1)] == pytest.approx([1e-8, 1e-5])
    assert -np.log10(double.min(axis=1)) == pytest.approx([8, 11], abs=0.5)
    assert hs[np.argmin(single[1])] in hs[(hs > 0.9e-3) & (hs < 1.1e-2)]
    assert 5 <= -np.log10(single[1].min()) < 7


def test_the_realised_step_is_worth_three_digits(solved: dict[str, Any]) -> None:
    says("For the sine near 100 that is worth three digits")
    plain, realised = map(float, re.findall(r"median error (\S+)", solved["printed"]))
    assert 500 < plain / realised < 5000


def test_a_famous_step_rejects_a_right_gradient(solved: dict[str, Any]) -> None:
    says("at $h = 10^{-7}$ the right gradient is rejected, at $10^{-5}$ it passes with a factor of fifty to spare")
    found = {float(h): float(off) for h, off in re.findall(r"h = (\S+): difference (\S+)", solved["printed"])}
    assert found[1e-7] > 2e-7 > 50 * found[1e-5]
    weights = torch.linspace(-1, 1, 48, dtype=torch.float64).reshape(6, 8).requires_grad_()
    inputs, targets = (torch.from_numpy(solved[name]) for name in ("inputs", "targets"))
    ((torch.tanh(inputs @ weights.T).mean(1) - targets) ** 2).mean().backward()
    assert weights.grad is not None
    np.testing.assert_allclose(solved["network_gradient"](weights.detach().numpy()), weights.grad.numpy(), rtol=1e-10)


@pytest.mark.parametrize("x", [1000.0, 3456.7, 5000.0, 31_416.0, 123_456.0, 1e6])
def test_a_prediction_from_the_theory_is_within_a_factor_of_three(solved: dict[str, Any], x: float) -> None:
    says("Within a factor of three is a good prediction")
    hs = 10.0 ** np.arange(-9, 0.001, 0.05)
    errors = solved["step_study"](np.sin, np.cos, x, hs, "float64")[1]
    smooth = [np.median(errors[max(i - 4, 0) : i + 5]) for i in range(len(hs))]
    assert 1 / 3 < hs[np.argmin(smooth)] / np.cbrt(3 * U * x) < 3


def test_the_model_answers_predict_what_happens(solved: dict[str, Any]) -> None:
    answers("predict_the_order", "By 8")
    errors = [solved["forward_diff"](lambda t: t**4, 0.0, h) for h in (0.02, 0.01)]
    assert errors[0] / errors[1] == pytest.approx(8)
    says("give $0.1$ for the slope of $|x|$ at $x = 0.001$")
    assert solved["central_diff"](abs, 1e-3, 1e-2) == pytest.approx(0.1)
    answers("predict_the_cost", "20 000 s", "more than five hours")
    assert 5 * 3600 < 2 * 10**6 * 0.01 == 20_000
    answers("diagnose_the_error", "wrong sign", "factor of 2")
    assert solved["relative_error"]([3.0, 3.0], [-3.0, 1.5]).tolist() == [2.0, 0.5]
    answers("compare_jacobians", "6 evaluations against 2000", "about 333")
    answers("explain_the_flat_end", "3.76")
    flat = solved["step_study"](solved["wave"], solved["wave_slope"], 1.0, [1e-12, 1e-10], "float32")
    assert np.round(flat, 2).tolist() == [[3.76, 3.76]] * 2
    answers("predict_float16", r"\approx 0.11$", "0.0064")
    h = np.cbrt(3 * 2.0**-11)
    assert (round(float(h), 2), round(float(h**2 / 6 + 2.0**-11 / h), 4)) == (0.11, 0.0064)
    answers("predict_the_best_step", r"1.2 \cdot 10^{-4}$", r"6 \cdot 10^{-8}$")
    assert np.cbrt(3 * U * 5000) == pytest.approx(1.2e-4, rel=0.05)
    assert pytest.approx(6e-8, rel=0.1) == U * 5000 / 1e-5


def test_how_often_one_direction_notices_one_wrong_entry(solved: dict[str, Any]) -> None:
    says(r"92 % for $\delta = 10^{-2}$, 41 % for $10^{-3}$, 5 % for $10^{-4}$")
    size = np.linalg.norm(3 * np.linspace(-1, 1, 10_000) ** 2)
    chances = [2 / np.pi * np.arctan(1e5 * error / size) for error in (1e-2, 1e-3, 1e-4)]
    assert [round(100 * chance) for chance in chances] == [92, 41, 5]
    measured = [float(share) / 100 for share in re.findall(r"noticed by (\d+) %", solved["printed"])]
    assert measured == pytest.approx(chances, abs=0.1)  # three standard errors of 300 directions
    answers("predict_the_directions", "Nine", "$0.59^9 = 0.009$")
    assert (1 - chances[1]) ** 9 < 0.01 < (1 - chances[1]) ** 8


def test_backpropagation_costs_two_or_three_forward_passes() -> None:
    """Counted in products of matrices: torch makes one for each factor of a product that needs a gradient."""
    says("takes the time of two or three forward passes")
    layers = [torch.randn(8, 8, requires_grad=True) for _ in range(4)]
    out = torch.randn(5, 8)
    for weights in layers:
        out = torch.relu(out @ weights)
    node, backward = out.grad_fn, 0
    while node:
        before = [parent for parent, _ in node.next_functions if parent]
        backward += len(before) if node.name() == "MmBackward0" else 0
        node = before[0] if before else None
    assert backward == 2 * len(layers) - 1
    assert 2 < (len(layers) + backward) / len(layers) <= 3


def test_the_wrong_gradients_pass_where_the_model_answer_says(solved: dict[str, Any]) -> None:
    check, suspects, rng = solved["gradient_check"], solved["SUSPECTS"], np.random.default_rng(0)
    for name, blind in (("huber", rng.uniform(-0.9, 3, 5)), ("chain", np.array([0.0, 1.2, -0.7, 2.1, 0.0]))):
        assert check(*suspects[name], blind)[0], name
        assert not check(*suspects[name], blind - 2.3)[0], name


def test_the_time_on_top_follows_the_rule_of_the_course() -> None:
    """Words at 130 a minute, 2.5 minutes for each line of the solution, 6 for each written answer, and the run."""
    words = len([word for word in PROSE.split() if re.search(r"\w", word)])
    answer_cells = [cell.source for cell in CELLS if role(cell) == "answer"]
    lines = sum(len(code_lines(part)) for source in answer_cells for part in SOLUTION.findall(source))
    minutes = words / 130 + 2.5 * lines + 6 * len(ANSWERS) + RUN_MINUTES
    stated = re.search(r"About ([\d¼½¾]+) hours \(estimated\)", PROSE)
    assert stated is not None
    assert hours(stated[1]) == round(minutes / 15) / 4


def code_lines(source: str) -> list[str]:
    return [line for line in source.splitlines() if line.strip() and not line.strip().startswith("#")]


def hours(text: str) -> float:
    return float(text.rstrip("¼½¾") or 0) + {"¼": 0.25, "½": 0.5, "¾": 0.75}.get(text[-1], 0.0)


def test_the_pictures_are_drawn_by_plots_and_not_by_the_notebook() -> None:
    code = "\n".join(cell.source for cell in CELLS if cell.kind == "code")
    assert "plt" not in {node.id for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name)}
    drawn = set(re.findall(r"plots\.(\w+)", code))
    written = set(
        re.findall(r"^def (draw\w+)", Path(ROOT, "assignments", NAME, "plots.py").read_text("utf-8"), re.MULTILINE)
    )
    assert drawn == written
