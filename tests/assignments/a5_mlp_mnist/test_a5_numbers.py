"""The numbers in the prose of a5_mlp_mnist: each is computed here and looked up in the text."""

import itertools
import math
import re
import sys
from collections import Counter
from importlib import import_module
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import torch
from course_fixtures import ROOT, reference

from autograder.course.data import Data, load
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
    headings: Counter[int] = Counter()
    for question, worth in re.findall(r"### Question (\d+)[:,] [^()]*\((\d+) points?\b", TEXT):
        headings[int(question)] += int(worth)
    rows = re.findall(r"(?m)^\| [12], .* \| ([\d +]+) \|$", TEXT)
    table = [int(number) for row in rows for number in row.split(" + ")]
    assert sum(points) == 100
    assert sum(headings.values()) == 100
    assert table == list(headings.values())


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


@pytest.fixture(scope="module")
def mnist() -> Data:
    """MNIST with the labels of the test images; skips where it is not on this machine."""
    found = load(ASSIGNMENT.data, download=False)
    if found is None or found.name != "MNIST":
        pytest.skip("MNIST is not on this machine: set MNIST_DIR")
    return found


Set = tuple[torch.Tensor, torch.Tensor]


@pytest.fixture
def halves(mnist: Data) -> tuple[Set, Set]:
    """Training and validation images, split as in the notebook."""
    X = torch.from_numpy(np.array(mnist.public["train_images"])).flatten(1)
    y = torch.from_numpy(np.array(mnist.public["train_labels"]))
    return (X[:50_000], y[:50_000]), (X[50_000:], y[50_000:])


@pytest.mark.slow
def test_six_bugs_on_mnist(halves: tuple[Set, Set]) -> None:
    found = beside("variants").runs(*halves)
    last = {name: losses[-1] for name, (losses, _) in found.items()}
    reached = {name: accuracies[-1] for name, (_, accuracies) in found.items()}
    assert last["B"] == min(last.values())
    assert reached["B"] < 0.2
    assert all(abs(loss - math.log(10)) < 0.01 for loss in found["C"][0])
    assert min(found["D"][0]) > 1.4612
    assert reached["D"] > 0.95
    assert reached["E"] < 0.2
    assert last["E"] > found["E"][0][0]
    assert abs(reached["F"] - 0.92) < 0.01
    assert abs(found["A"][0][0] - math.log(10)) > 0.5


@pytest.mark.slow
def test_sigmoids_on_mnist(halves: tuple[Set, Set]) -> None:
    variants = beside("variants")
    _, (_, goal) = itertools.islice(variants.train(*halves), 2)
    assert says(f"Result on MNIST: {100 * goal:.1f} % after one epoch with ReLUs, and after 8 epochs with sigmoids.")
    sigmoid = variants.train(*halves, activation=torch.sigmoid)
    needed = next(epoch for epoch, (_, accuracy) in enumerate(sigmoid) if accuracy >= goal)
    assert needed in (7, 8, 9)  # another machine rounds differently


@pytest.mark.slow
def test_accuracies_on_mnist(mnist: Data, halves: tuple[Set, Set], names: dict[str, Any]) -> None:
    (X, y), (V, v) = halves
    generator = torch.Generator().manual_seed(0)
    params = names["init"]([784, 256, 10], generator, "cpu")
    for _ in range(10):
        names["train_epoch"](params, X, y, 64, 0.2, generator)
    assert abs(names["evaluate"](params, V, v) - 0.98) < 0.004
    assert says("Plain SGD brings the network to about 98 % on MNIST's validation images.")
    images, labels = (np.array(mnist.public[f"train_{kind}"]) for kind in ("images", "labels"))
    fitted = names["fit"](images[:50_000], labels[:50_000], 0, "cpu")
    found = np.asarray(names["predict"](fitted, images[50_000:]))
    assert abs(float(np.mean(found == labels[50_000:])) - 0.985) < 0.0015
    assert says("the same 784-256-10 reaches 98.5 %, and a little more on the test images")
    fitted = names["fit"](images, labels, 0, "cpu")
    found = np.asarray(names["predict"](fitted, mnist.public["test_images"]))
    assert 0.985 < float(np.mean(found == mnist.private["test_labels"])) < 0.989
