"""The numbers in the prose of a5_mlp_mnist: each is computed here and looked up in the text."""

import math
import os
import re
import sys
from importlib import import_module
from types import ModuleType
from typing import Any

import pytest
import torch
from course_fixtures import ROOT, reference

from autograder.course.layout import Course

ASSIGNMENT = Course(ROOT).assignment("a5_mlp_mnist").load()
TEXT = "\n".join(cell.source for cell in ASSIGNMENT.cells if cell.kind == "markdown")
PROSE = " ".join(TEXT.replace("\n> ", "\n").split())


def says(text: str) -> bool:
    """Whether the text stands in the prose of the notebook."""
    return text in PROSE


def beside(name: str) -> ModuleType:
    """A file that students are given, imported from the folder of the assignment."""
    sys.path.insert(0, str(ASSIGNMENT.folder))
    try:
        return import_module(name)
    finally:
        sys.path.remove(str(ASSIGNMENT.folder))


@pytest.fixture(scope="module")
def names() -> dict[str, Any]:
    return reference(ASSIGNMENT)


def test_points_sum_to_one_hundred_as_the_table_and_the_headings_say() -> None:
    points = [float(cell.metadata["points"]) for cell in ASSIGNMENT.cells if "points" in cell.metadata]
    headings = [int(number) for number in re.findall(r"### Question \d+: [^()]*\((\d+) points\)", TEXT)]
    rows = re.findall(r"(?m)^\| [12], .* \| ([\d +]+) \|$", TEXT)
    table = [int(number) for row in rows for number in row.split(" + ")]
    assert sum(points) == 100
    assert sum(headings) == 100
    assert table == headings


def test_magic_numbers() -> None:
    assert says(f"$8 \\cdot 256 + 3 = {int.from_bytes(bytes([0, 0, 8, 3]), 'big')}$")
    assert says(f"$8 \\cdot 256 + 1 = {int.from_bytes(bytes([0, 0, 8, 1]), 'big')}$")
    swapped = int.from_bytes((60_000).to_bytes(4, "big"), "little")
    assert says(f"of 60,000 become {swapped:,} images")


def test_counts_of_parameters_and_bytes(names: dict[str, Any]) -> None:
    params = names["init"]([784, 256, 10], torch.Generator(), "cpu")
    first, last = (W.numel() + b.numel() for W, b in params)
    assert says(f"{first:,} parameters |")
    assert says(f"{last:,} parameters |")
    assert says(f"Two layers, {first + last:,} parameters")
    assert says(f"images take {60_000 * 28 * 28 * 4 / 1e6:.0f} MB as float32")


def test_initialisation() -> None:
    assert says(f"$2^{{15}} = {round(math.sqrt(2) ** 30):,}$".replace(",", "{,}"))


def test_half_the_variance_loses_a_factor_of_the_root_of_two_in_each_layer(names: dict[str, Any]) -> None:
    generator = torch.Generator().manual_seed(0)
    X = torch.randn(300, 256, generator=generator)
    params = [(W / math.sqrt(2), b) for W, b in names["init"]([256] * 32, generator, "cpu")]
    activations = names["forward"](params, X)[1][1]
    sizes = [A.square().mean().sqrt().item() for A in (activations[0], activations[30])]
    assert 0.5 < sizes[0] / sizes[1] / 2**15 < 2


def test_a_fresh_logit_has_twice_the_mean_square_of_a_pixel(names: dict[str, Any]) -> None:
    generator = torch.Generator().manual_seed(0)
    X = torch.rand(200, 784, generator=generator) * (torch.rand(200, 784, generator=generator) < 0.2)
    logits = [names["forward"](names["init"]([784, 256, 10], generator, "cpu"), X)[0] for _ in range(40)]
    ratio = torch.stack(logits).square().mean() / X.square().mean()
    assert 1.8 < ratio < 2.2
    assert says("their mean square is twice that of a pixel")


def test_first_losses() -> None:
    assert says(f"its loss is $\\ln 10 = {math.log(10):.4f}$")
    assert says(f"begins with a loss of {math.log(200):.1f}.")
    assert says(f"$\\ln 200 = {math.log(200):.3f}$")


def test_the_floor_of_a_softmax_before_the_cross_entropy() -> None:
    certain = torch.eye(10, dtype=torch.float64)[:1]
    floor = torch.nn.functional.cross_entropy(certain, torch.tensor([0])).item()
    assert says(f"= {floor + 1:.4f} - 1 = {floor:.4f}")


def test_the_last_batch() -> None:
    full, rest = divmod(50_000, 64)
    assert says(f"{full} full batches leave {rest} examples")
    assert 64 / rest == 4
    assert says("counts four times too much")


def test_label_smoothing_asks_for_91_per_cent() -> None:
    probabilities = torch.linspace(0.5, 0.999, 500, dtype=torch.float64)
    others = ((1 - probabilities) / 9)[:, None].expand(-1, 9)
    logits = torch.cat([probabilities[:, None], others], dim=1).log()
    labels = torch.zeros(500, dtype=torch.int64)
    costs = torch.nn.functional.cross_entropy(logits, labels, label_smoothing=0.1, reduction="none")
    assert says(f"asks for {100 * probabilities[costs.argmin()]:.0f} % certainty")


def test_seeds_and_batch_sizes() -> None:
    assert says(f"$0.06 \\sqrt{{2/3}} = {0.06 * math.sqrt(2 / 3):.2f}$")
    assert says(f"has {4096 // 64} times fewer steps")


def test_bfloat16() -> None:
    weight = torch.tensor(0.05, dtype=torch.bfloat16)
    above = torch.nextafter(weight, torch.tensor(1.0, dtype=torch.bfloat16))
    assert says(f"neighbouring bfloat16 numbers are {(above - weight).item():.4f} apart")
    assert weight - 0.0001 == weight
    assert torch.finfo(torch.bfloat16).eps == 2**-7  # 8 significant bits
    assert torch.finfo(torch.float32).eps == 2**-23  # 24


def test_the_slope_of_a_sigmoid_is_at_most_a_quarter() -> None:
    z = torch.linspace(-9, 9, 1001, dtype=torch.float64, requires_grad=True)
    torch.sigmoid(z).sum().backward()
    assert z.grad is not None
    assert z.grad.max().item() == pytest.approx(0.25)


def test_the_ladder_is_that_of_the_hidden_test() -> None:
    text = (ASSIGNMENT.hidden_tests / "test_fit.py").read_text(encoding="utf-8")
    mnist, digits = re.findall(r"first=([.\d]+), top=([.\d]+), badges=\(([.\d]+), ([.\d]+)\), images=([\d_]+)", text)
    first, top, low, high = (f"{100 * float(share):.1f} %" for share in mnist[:4])
    assert says(f"Below {first} there are no points; {first} is worth 4 points, {top} is worth 10")
    assert says(f"badges without points, at {low} and {high}.")
    first, top, low, high = (f"{100 * float(share):.1f} %" for share in digits[:4])
    assert says(f"begins at {first} as well and ends at {top}, with badges at {low} and {high}.")
    assert says(f"the {int(digits[4]):,} smaller digits")
    assert re.findall(r"control=([\d_]+)", text) == ["3_000", "1_000"]
    assert says("Trained on 3,000 images (1,000 of the smaller digits)")
    assert "GUESSING = 0.3\n" in text
    assert says("reads more than 30 %")


@pytest.mark.slow
def test_what_the_answers_say_about_mnist(names: dict[str, Any]) -> None:
    mnist, variants = beside("mnist"), beside("variants")
    if mnist.find(download=False).name != "MNIST":
        pytest.skip("MNIST is not on this machine: set MNIST_DIR")
    os.environ.setdefault("CHAINRULE_OFFLINE", "1")
    images, labels, _ = mnist.load(names["load_idx"])
    X, y = torch.from_numpy(images).flatten(1), torch.from_numpy(labels)
    training, validation = (X[:50_000], y[:50_000]), (X[50_000:], y[50_000:])
    found = variants.runs(training, validation)
    goal = found["correct"][1][1]
    assert says(f"Result on MNIST: {100 * goal:.1f} % after one epoch with ReLUs, and after 8 epochs with sigmoids.")
    sigmoid = variants.train(training, validation, activation=torch.sigmoid)
    assert next(epoch for epoch, (_, accuracy) in enumerate(sigmoid) if accuracy >= goal) in range(7, 10)
    last = {name: losses[-1] for name, (losses, _) in found.items()}
    assert last["B"] == min(last.values())
    assert found["B"][1][-1] < 0.2
    assert all(abs(loss - math.log(10)) < 0.01 for loss in found["C"][0])
    assert min(found["D"][0]) > 1.4612
    assert found["D"][1][-1] > 0.95
    assert found["E"][1][-1] < 0.2
    assert found["E"][0][-1] > found["E"][0][0]
    assert abs(found["F"][1][-1] - 0.92) < 0.01
    assert abs(found["A"][0][0] - math.log(10)) > 0.5
