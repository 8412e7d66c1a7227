"""The notebook of a2_backprop_graph: the numbers in its text, computed again, and tracing, its last section."""

import math
import re
import sys
from collections.abc import Callable, Iterator
from typing import Any
from unittest.mock import MagicMock, patch

import numpy as np
import pytest
import torch
from course_fixtures import ROOT

from autograder.course.assignment import Assignment
from autograder.course.layout import Course
from autograder.notebooks.roles import role


@pytest.fixture(scope="module")
def assignment() -> Assignment:
    return Course(ROOT).assignment("a2_backprop_graph").load()


@pytest.fixture(scope="module")
def text(assignment: Assignment) -> str:
    """All that is in markdown cells, model answers included, as one line."""
    prose = "\n".join(cell.source for cell in assignment.cells if cell.kind == "markdown")
    return re.sub(r"\s+", " ", prose)


@pytest.fixture(scope="module")
def names(assignment: Assignment) -> Iterator[dict[str, Any]]:
    """What the notebook defines; experiments are defined as well, and neither run nor drawn."""
    names: dict[str, Any] = {}
    # Other assignments hand out files of the same names.
    with patch.dict(sys.modules, {"plots": MagicMock(), "checks": MagicMock()}):
        for cell in assignment.cells:
            if cell.kind == "code" and role(cell) in ("setup", "answer", "experiment"):
                exec(compile(cell.source, f"line {cell.line}", "exec"), names)
        yield names


def ratio(names: dict[str, Any], gate: str, scale: float = 1.0) -> float:
    """r of Question 17 for eight layers."""
    graph, leaves = names["network"]([gate] * 8), names["random_leaves"]([32] * 9, scale)
    grads = names["backprop"](graph, names["forward_pass"](graph, leaves, "L"), "L")
    return float(np.linalg.norm(grads["W1"]) / np.linalg.norm(grads["W8"]))


class Counted(np.ndarray):
    """A matrix that counts the products of numbers in its matrix products."""

    products = 0

    def __matmul__(self, other: Any) -> Any:
        Counted.products += self.shape[0] * self.shape[1] * other.shape[1]
        return super().__matmul__(other)


def test_the_gradients_cost_as_much_as_two_more_evaluations(names: dict[str, Any], text: str) -> None:
    assert "for about the price of two more evaluations" in text
    dout, X, W = (np.ones(shape).view(Counted) for shape in ((6, 4), (6, 5), (4, 5)))
    names["FORWARD"]["linear"](X, W)
    forward = Counted.products
    names["BACKWARD"]["linear"](dout, X, W)
    assert (forward, Counted.products - forward) == (120, 2 * 120)


def test_the_point_of_the_slides(names: dict[str, Any], text: str) -> None:
    f, cache = names["f_forward"](-3.0, 5.0, 2.0)
    assert (f, names["f_backward"](cache)) == (-13.0, (5.0, -3.0, 1.0))
    f, cache = names["branch_forward"](-3.0, 5.0, 2.0)
    assert (f, names["branch_backward"](cache)) == (39.0, (-28.0, 9.0, -3.0))
    assert "$y \\cdot 1 \\cdot x + q = -15 - 13 = -28$" in text


def test_a_loss_that_rises_by_two_changes_by_a_tenth(names: dict[str, Any], text: str) -> None:
    assert "By about $+0.1$" in text
    change = 2 * (names["f_forward"](-2.99, 5.0, 2.0)[0] - names["f_forward"](-3.0, 5.0, 2.0)[0])
    assert change == pytest.approx(0.1)


def test_the_second_assignment_is_right_where_q_is_zero(names: dict[str, Any]) -> None:
    for x, y, z, hidden in ((-3.0, 5.0, 2.0, False), (-3.0, 5.0, 15.0, True)):
        true = names["branch_backward"](names["branch_forward"](x, y, z)[1])[0]
        assert (true == x * y) is hidden


def test_repeating_a_batch_leaves_the_bias_alone(names: dict[str, Any]) -> None:
    rng = np.random.default_rng(0)
    Z, target = rng.standard_normal((2, 4, 3))
    once = names["bias_backward"](2 * (Z - target) / 4, Z, np.zeros(3))[1]
    Z, target = np.repeat(Z, 2, axis=0), np.repeat(target, 2, axis=0)
    assert names["bias_backward"](2 * (Z - target) / 8, Z, np.zeros(3))[1] == pytest.approx(once)


def test_doubling_x_gives_four_four_and_two(names: dict[str, Any], text: str) -> None:
    assert "By 4, 4 and 2" in text
    W, x = np.random.default_rng(0).standard_normal((3, 2)), np.array([0.3, -0.7])
    (f, cache), (f2, cache2) = names["wx2_forward"](W, x), names["wx2_forward"](W, 2 * x)
    (dW, dx), (dW2, dx2) = names["wx2_backward"](cache), names["wx2_backward"](cache2)
    assert (f2 / f, dW2 / dW, dx2 / dx) == (pytest.approx(4), pytest.approx(4), pytest.approx(2))


def test_the_transpose_hides_where_x_is_an_eigenvector(names: dict[str, Any]) -> None:
    stretched, other = np.array([[2.0, 1.0], [0.0, 3.0]]), np.array([[0.1, 0.5], [-0.3, 0.8]])
    for W, x, hidden in ((np.eye(2), [0.2, 0.4], True), (stretched, [1.0, 1.0], True), (other, [0.2, 0.4], False)):
        dW, _ = names["wx2_backward"](names["wx2_forward"](W, np.array(x))[1])
        assert np.allclose(dW, dW.T) is hidden


def test_the_formula_of_the_sigmoid_is_lucky_on_one_side_only() -> None:
    with np.errstate(over="ignore", invalid="ignore"):
        assert 1 / (1 + np.exp(1000.0)) == 0
        assert np.isnan(np.exp(1000.0) / (1 + np.exp(1000.0)))


def test_thirty_diamonds_have_a_billion_paths_and_120_arrows(names: dict[str, Any], text: str) -> None:
    assert "$2^{30}$ paths, about a billion, but only one product for each of the 120 arrows" in text
    graph, _, out = names["diamonds"](30)
    paths: dict[str, int] = {}
    for node in names["topo_order"](graph, out):
        paths[node] = sum(paths[name] for name in graph[node][1]) or 1
    assert paths[out] == 2**30
    assert 1.0e9 < 2**30 < 1.1e9
    assert sum(len(inputs) for _, inputs in graph.values()) == 120
    assert round(2**60 / 1e18) == 1  # "a billion billion" in a hidden test's sentence


def test_both_ways_through_the_diamonds_give_one_number(names: dict[str, Any]) -> None:
    graph, values, out = names["diamonds"](8)
    one = names["backprop"](graph, values, out)["n0"]
    assert names["sum_over_paths"](graph, values, out) == pytest.approx(one, rel=1e-12)


@pytest.mark.parametrize(("gate", "written"), [("sigmoid", r"$r = 2.6 \cdot 10^{-5}$"), ("relu", "$r = 0.42$")])
def test_what_reaches_the_first_layer(names: dict[str, Any], text: str, gate: str, written: str) -> None:
    assert written in text
    mantissa = {"sigmoid": 2.6e-5, "relu": 0.42}[gate]
    assert float(f"{ratio(names, gate):.2g}") == mantissa
    assert f"{4.0**-7:.0e}" == "6e-05"


def test_a_larger_scale_raises_the_ratio(names: dict[str, Any]) -> None:
    assert ratio(names, "sigmoid", 2.0) > 10 * ratio(names, "sigmoid")


def test_a_linear_gate_keeps_the_length_about_as_it_is(names: dict[str, Any]) -> None:
    leaves = names["random_leaves"]([32, 32])
    before, after = (np.linalg.norm(rows) for rows in (leaves["X"], leaves["X"] @ leaves["W1"].T))
    assert after / before == pytest.approx(1, abs=0.1)


def test_the_hours_follow_from_words_lines_and_questions(assignment: Assignment, text: str) -> None:
    """130 words a minute, 2.5 minutes a line, 6 minutes a written answer; the run takes less than a minute."""
    words = sum(len(cell.source.split()) for cell in assignment.cells if role(cell) == "prose")
    lines = sum(len(region(source)) for source in assignment.answers.values())
    minutes = words / 130 + 2.5 * lines + 6 * len(assignment.written_answers)
    hours, quarters = divmod(math.floor(4 * minutes / 60 + 0.5), 4)
    assert f"About {hours}{('', '¼', '½', '¾')[quarters]} hours (estimated)" in text


def region(source: str) -> list[str]:
    """The lines of an answer that a student writes."""
    inside, lines = False, []
    for line in source.splitlines():
        if "### BEGIN SOLUTION" in line or "### END SOLUTION" in line:
            inside = "BEGIN" in line
        elif inside and line.strip():
            lines.append(line)
    return lines


FUNCTIONS: list[Callable[..., Any]] = [
    lambda x, v3: (x * v3 + x) * v3,  # v3 was the name of a node once
    lambda c2, x: (x * 3 + c2) * c2,  # and c2 that of a constant
    lambda x, y: 1 - x * y,
    lambda x, y: -x * y,
    lambda x, y: 2 - (3 - x) * (y - 4) - 5,
    lambda x, y: 3 + 2 * x + y * 2 + 1,
    lambda x, y: (x - y) ** 2 * (x - y) ** 2,
    lambda x, y: x - x + y,
    lambda x, y: -(0 - x) + (-y) ** 2,
    lambda x, y: np.float64(2.0) * x - np.float64(1.0) + y,
    lambda x, y: sum(k * x for k in range(4)) * y,
]


@pytest.mark.parametrize("f", FUNCTIONS)
def test_a_traced_gradient_is_that_of_torch(names: dict[str, Any], f: Callable[..., Any]) -> None:
    inputs = dict(zip(f.__code__.co_varnames, (2.0, 5.0), strict=True))
    tensors = {name: torch.tensor(value, dtype=torch.float64, requires_grad=True) for name, value in inputs.items()}
    expected = f(**tensors)
    gradients = torch.autograd.grad(expected, list(tensors.values()))
    value, slopes = names["gradient"](f, **inputs)
    assert value == pytest.approx(expected.item())
    assert list(slopes.values()) == pytest.approx([gradient.item() for gradient in gradients])


def test_an_input_that_is_not_used_and_a_constant_have_no_gradient(names: dict[str, Any]) -> None:
    assert names["gradient"](lambda x, y: 3 * x, x=2.0, y=5.0) == (6.0, {"x": 3.0, "y": 0.0})
    assert names["gradient"](lambda x: 7.0, x=2.0) == (7.0, {"x": 0.0})


def test_what_cannot_be_traced_is_refused(names: dict[str, Any]) -> None:
    for f in (lambda x: x**3, lambda x: x / 2, lambda x: 2 / x):
        with pytest.raises(TypeError):
            names["gradient"](f, x=2.0)
