"""Numbers in the text of a3_softmax_gradient, computed again: by the cells of its solution, or from scratch."""

import contextlib
import io
import math
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from unittest.mock import MagicMock

import numpy as np
import pytest
from course_fixtures import ROOT

from autograder.notebooks import ipynb as nb

NAME = "a3_softmax_gradient"
FOLDER = ROOT / "solutions" / NAME
BESIDE = ("plots", "line_checker", "checks")
"""Files beside the notebook; other assignments have files of these names."""


@dataclass
class Solved:
    """The solution after its cells have run: its text, what it defines, what it printed and what it drew."""

    text: str
    names: dict[str, Any]
    printed: str
    plots: MagicMock

    def says(self, *numbers: str) -> bool:
        return all(number in self.text for number in numbers)


@pytest.fixture(scope="module")
def solved() -> Iterator[Solved]:
    cells = nb.parse((FOLDER / f"{NAME}.ipynb").read_bytes())["cells"]
    text = "\n".join(cell["source"] for cell in cells if cell["cell_type"] == "markdown")
    before = {name: sys.modules.pop(name, None) for name in BESIDE}
    sys.path.insert(0, str(FOLDER))
    plots = sys.modules["plots"] = MagicMock()
    names: dict[str, Any] = {"__name__": "solution"}
    try:
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            for cell in cells:
                if cell["cell_type"] == "code":
                    exec(compile(cell["source"], cell["id"], "exec"), names)
        yield Solved(re.sub(r"\s+", " ", text), names, printed.getvalue(), plots)
    finally:
        sys.path.remove(str(FOLDER))
        for name, module in before.items():
            sys.modules.pop(name, None)
            if module is not None:
                sys.modules[name] = module


def test_one_in_a_million_against_one_in_a_hundred(solved: Solved) -> None:
    assert solved.says("0.99 and 0.999999", "4.6 and 13.8", "ten thousand times")
    for p, one_minus_p, surprise in ((1e-2, 0.99, 4.6), (1e-6, 0.999999, 13.8)):
        assert pytest.approx(1 - p) == one_minus_p
        assert -math.log(p) == pytest.approx(surprise, abs=0.05)


def test_the_textbook_formula_fails_at_710_and_below_750(solved: Solved) -> None:
    assert solved.says("fails for a score of 710", r"1.8 \cdot 10^{308}", "$e^{-750}$ is 0", "about 750 or more below")
    with np.errstate(over="ignore"):
        assert np.isfinite(np.exp(709.0))
        assert np.isinf(np.exp(710.0))
    assert np.finfo(float).max / 1e308 == pytest.approx(1.8, abs=0.05)
    assert np.exp(-750.0) == 0 < np.exp(-740.0)


def test_the_probabilities_of_the_slide_do_not_sum_to_one_when_they_are_rounded(solved: Solved) -> None:
    assert solved.says("the last one is 0.7054, which rounds to 0.71", "sum to 1.01")
    p = solved.names["softmax"](np.array([[1.0, -1.0, 2.0]]))[0]
    assert p[2] == pytest.approx(0.7054, abs=5e-5)
    assert list(np.round(p, 2)) == [0.26, 0.04, 0.71]
    assert np.round(p, 2).sum() == pytest.approx(1.01)


def test_the_patch_stops_at_27_6(solved: Solved) -> None:
    assert solved.says("the loss stops at 27.6")
    assert -math.log(1e-12) == pytest.approx(27.6, abs=0.05)


def test_two_hundred_and_two_hundred_in_uint8(solved: Solved) -> None:
    assert solved.says("$200 + 200$ is 144")
    assert (np.array([200], np.uint8) + np.array([200], np.uint8))[0] == 144


def test_a_little_warmer(solved: Solved) -> None:
    """Question 7: which probabilities grow, and the numbers of the model answer."""
    p = np.array([0.6, 0.3, 0.1])
    scores = np.log(p)
    assert solved.says(r"$\log 0.3 = -1.20$ and $\log 0.1 = -2.30$", "$-0.90$")
    assert np.round(scores[1:], 2).tolist() == [-1.2, -2.3]
    assert p @ scores == pytest.approx(-0.90, abs=0.005)
    assert (solved.names["softmax"](scores[None] / 1.05)[0] > p).tolist() == [False, True, True]


def test_the_losses_of_the_table(solved: Solved) -> None:
    assert solved.says("2.303", "0.1625, 0.3567, 0.9163 and 1.0498", "their mean is 0.6213")
    table = np.array([[0.85, 0.10, 0.05], [0.20, 0.70, 0.10], [0.40, 0.45, 0.15], [0.40, 0.25, 0.35]])
    losses = -np.log(table[range(4), [0, 1, 0, 2]])
    assert np.round(losses, 4).tolist() == [0.1625, 0.3567, 0.9163, 1.0498]
    assert losses.mean() == pytest.approx(0.6213, abs=5e-5)
    assert table[2:].argmax(axis=1).tolist() == [1, 0]  # both wrong, and the winner is ahead by 0.05
    assert np.ptp(np.sort(table[2:])[:, 1:], axis=1) == pytest.approx([0.05, 0.05])
    assert math.log(10) == pytest.approx(2.303, abs=5e-4)


def test_what_cancels_on_paper_and_not_in_floating_point(solved: Solved) -> None:
    assert solved.says("`dlogits` says $[1, -1]$")
    assert solved.names["dlogits"](np.array([[1000.0, 0.0]]), np.array([1])).tolist() == [[1.0, -1.0]]
    with np.errstate(divide="ignore", invalid="ignore"):
        assert np.isnan(solved.names["through_jacobian"](np.array([1000.0, 0.0]), 1)).all()


def test_knowing_nothing_pushes_by_two_thirds(solved: Solved) -> None:
    assert solved.says("a push of $2/3$ up")
    gradients = solved.plots.gradient_bars.call_args.args[2]
    assert gradients[0] == pytest.approx([1 / 3, -2 / 3, 1 / 3])
    assert abs(gradients[1]).max() < 0.2  # nearly right, almost nothing
    assert gradients[2][1] < -0.85  # confidently wrong, almost the full push


def test_no_path_leaves_the_triangle(solved: Solved) -> None:
    """Its sums are 1 (the plane) and its entries positive (the edges); all paths end near the label."""
    clouds, paths = solved.plots.simplex.call_args.args
    points = np.concatenate([np.concatenate(paths), *clouds.values()])
    assert points.sum(axis=1) == pytest.approx(np.ones(len(points)))
    assert points.min() > 0
    assert min(path[-1][1] for path in paths) > 0.95


def test_the_weights_go_on_growing(solved: Solved) -> None:
    _, _, moments, _ = solved.plots.regions.call_args.args
    sizes, losses = [float(np.linalg.norm(W)) for _, _, W, _ in moments], [loss for _, loss, _, _ in moments]
    assert sizes == sorted(sizes)
    assert losses == sorted(losses, reverse=True)


def test_the_digits(solved: Solved) -> None:
    assert solved.says("1797 handwritten digits", "the other 1597", "for each of the 128,000 products")
    assert solved.names["images"].shape == (1797, 64)
    assert 200 * 10 * 64 == 128_000
    assert "loss at the start 2.303" in solved.printed
    scores, digits = solved.names["all_scores"], solved.names["digits"]
    assert (scores[:200].argmax(axis=1) == digits[:200]).all()  # learned by heart


def test_temperature_changes_the_confidence_and_not_the_accuracy(solved: Solved) -> None:
    """The model answers of the experiment: 83.3 % right, 89.5 % sure, and 84 % sure at T = 1.4, which costs least."""
    assert solved.says("on 83.3 % of the held-out digits", "is 89.5 % sure", "the confidence, 84 %", "at about 1.4")
    assert "T = 1: accuracy 83.3%, confidence 89.5%" in solved.printed
    scores, truth = solved.names["all_scores"][200:], solved.names["digits"][200:]
    for T in (0.25, 1.4, 2.0, 8.0):
        P = solved.names["softmax"](scores / T)
        assert (P.argmax(axis=1) == truth).mean() == pytest.approx(0.833, abs=5e-4)
        if T == 1.4:
            assert P.max(axis=1).mean() == pytest.approx(0.84, abs=0.005)
    grid, curves, _ = solved.plots.temperatures.call_args.args
    assert grid[int(np.argmin(curves["held out"]))] == pytest.approx(1.4, abs=0.05)
    assert np.all(np.diff(curves["training"]) > 0)  # the lower the temperature, the better


def test_one_softmax_and_several_sigmoids(solved: Solved) -> None:
    """The two photographs: softmax cannot tell them apart, sigmoids can."""
    assert re.search(r"cat: score +4\.0 +softmax 0\.500 +sigmoid 0\.982", solved.printed)
    assert re.search(r"cat: score -2\.0 +softmax 0\.500 +sigmoid 0\.119", solved.printed)


def test_the_wrong_losses(solved: Solved) -> None:
    assert solved.says("48,986,001.09", "13{,}998", "0.693", "0.313")
    y, output = np.array([0.0, 0.0, 1.0]), np.array([0.3, 0.0, 7000.0])
    assert np.sum((output - y) ** 2) == pytest.approx(48_986_001.09)
    assert 2 * (output - y)[2] == 13_998
    assert solved.names["cross_entropy"](output[None], np.array([2])) == 0
    sigmoid = solved.names["sigmoid"]
    assert -np.log(1 - sigmoid(sigmoid(-1000.0))) == pytest.approx(0.693, abs=5e-4)
    assert -np.log(sigmoid(sigmoid(1000.0))) == pytest.approx(0.313, abs=5e-4)
