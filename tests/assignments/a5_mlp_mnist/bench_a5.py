"""`make bench-a5`: what the reference of a5_mlp_mnist reaches on real MNIST, how fast, and what grading it costs.

Everything runs in one process after the other, with as many threads as torch takes by itself; nothing is asserted.
On a machine with a GPU each measurement is made there as well.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from course_fixtures import reference
from torch import nn
from torch.nn import functional
from torch.utils.data import DataLoader, Dataset, TensorDataset

from autograder.authoring.sample_class import copy_course, samples, submit
from autograder.course.data import Data, load
from autograder.course.devices import has_gpu
from autograder.course.layout import Course
from autograder.grading import batch
from autograder.grading.options import GradingOptions
from autograder.nbgrader_bridge.recorded import NbgraderGradebook
from autograder.results import store

NAME = "a5_mlp_mnist"
SEEDS = (1001, 1002, 1003)
HIDDEN, RATE = 256, 0.1


def accuracy(fit: Callable[..., Any], predict: Callable[..., Any], data: Data, device: str) -> str:
    """Mean over the seeds, and the seconds that one training took, the first one (which warms up) apart."""
    labels, reached, seconds = data.private["test_labels"], [], []
    for seed in SEEDS:
        start = time.perf_counter()
        trained = fit(data.public["train_images"], data.public["train_labels"], seed, device)
        found = np.asarray(predict(trained, data.public["test_images"]))
        seconds.append(time.perf_counter() - start)
        reached.append(100 * float(np.mean(found == labels)))
    each = ", ".join(f"{value:.2f}" for value in reached)
    return (
        f"{statistics.mean(reached):.2f} % ({each}) in {statistics.median(seconds):.2f} s, the first {seconds[0]:.2f} s"
    )


class Single(Dataset[tuple[torch.Tensor, torch.Tensor]]):
    """Images as bytes, made a tensor one by one, as torchvision's MNIST with ToTensor does it."""

    def __init__(self, X: torch.Tensor, y: torch.Tensor) -> None:
        self.images, self.labels = (255 * X).to(torch.uint8), y

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: int) -> tuple[torch.Tensor, torch.Tensor]:
        return self.images[index].float() / 255, self.labels[index]


Epoch = Callable[[], object]


def plain_epoch(dataset: Dataset[Any], B: int, device: str) -> Epoch:
    """The loop of the tutorials: a DataLoader, autograd, a step, and a look at the loss."""
    loader = DataLoader(dataset, batch_size=B, shuffle=True)
    net = nn.Sequential(nn.Linear(784, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, 10)).to(device)
    optimizer = torch.optim.SGD(net.parameters(), lr=RATE)

    def epoch() -> float:
        total = 0.0
        for images, labels in loader:
            optimizer.zero_grad()
            value = functional.cross_entropy(net(images.to(device)), labels.to(device))
            value.backward()
            optimizer.step()
            total += value.item()
        return total

    return epoch


def epochs_of(names: dict[str, Any], X: torch.Tensor, y: torch.Tensor, B: int, device: str) -> dict[str, Epoch]:
    """One epoch of the same network with the same steps, in four ways (five on a GPU)."""
    there = torch.device(device)
    near_X, near_y, half = X.to(there), y.to(there), X.to(there, torch.bfloat16)
    generator, dealer = torch.Generator().manual_seed(0), torch.Generator(there).manual_seed(0)
    params, mixed = (names["init"]([784, HIDDEN, 10], generator, there) for _ in range(2))
    epochs: dict[str, Epoch] = {
        "plain loop, image by image": plain_epoch(Single(X, y), B, device),
        "plain loop, tensors": plain_epoch(TensorDataset(X, y), B, device),
        "train_epoch of the notebook": lambda: names["train_epoch"](params, near_X, near_y, B, RATE, dealer),
        "mixed precision": lambda: names["mixed_epoch"](mixed, half, near_y, B, RATE, dealer),
    }
    if device == "cuda":
        epochs["CUDA graph"] = recorded_epoch(names, near_X, near_y, B)
    return epochs


def recorded_epoch(names: dict[str, Any], X: torch.Tensor, y: torch.Tensor, B: int) -> Epoch:
    """The step of recipes.py, AdamW in a CUDA graph."""
    params = names["init"]([784, HIDDEN, 10], torch.Generator().manual_seed(0), X.device)
    step, rate = names["fast_step"](params, X, y, names["SMALL"] | {"B": B}), torch.tensor(1e-3, device=X.device)

    def epoch() -> None:
        for examples in torch.randperm(len(X), device=X.device).split(B)[: len(X) // B]:
            step(examples, rate)

    return epoch


def alternately(epochs: dict[str, Epoch], device: str, rounds: int = 5) -> dict[str, float]:
    """Median seconds of each, taken in turns, after one round that does not count."""
    times: dict[str, list[float]] = {name: [] for name in epochs}
    for _ in range(rounds + 1):
        for name, epoch in epochs.items():
            start = time.perf_counter()
            epoch()
            if device == "cuda":
                torch.cuda.synchronize()
            times[name].append(time.perf_counter() - start)
    return {name: statistics.median(found[1:]) for name, found in times.items()}


def after_ten(names: dict[str, Any], data: Data, X: torch.Tensor, y: torch.Tensor, device: str) -> str:
    """Where ten epochs of the notebook's and of the mixed precision's lead, with the same seeds."""
    test, labels = torch.from_numpy(np.array(data.public["test_images"])).flatten(1), data.private["test_labels"]
    said = []
    for epoch, train in (("train_epoch", X.to(device)), ("mixed_epoch", X.to(device, torch.bfloat16))):
        reached = []
        for seed in SEEDS:
            params = names["init"]([784, HIDDEN, 10], torch.Generator().manual_seed(seed), torch.device(device))
            dealer = torch.Generator(device).manual_seed(seed)
            for number in range(10):
                names[epoch](params, train, y.to(device), 256, 0.3 * (1 - number / 10), dealer)
            found = names["logits"](params, test.to(device)).argmax(dim=1).cpu().numpy()
            reached.append(100 * float(np.mean(found == labels)))
        said.append(f"{epoch} {statistics.mean(reached):.2f} %")
    return ", ".join(said)


def grading(course: Course, device: str) -> str:
    """Seconds for one submission, quick and with the ladder, in an open grader; and what it earned."""
    found = []
    with tempfile.TemporaryDirectory() as scratch:
        place = copy_course(course, Path(scratch), [NAME]).assignment(NAME)
        solution = samples(place, place.load())[0]
        submit(place, solution)
        for quick in (True, False):
            options = GradingOptions(quick=quick, device=device)
            start = time.perf_counter()
            (outcome,) = batch.grade(place, NbgraderGradebook(place), options=options, force=True, workers=1)
            whole = time.perf_counter() - start
            said = "quick" if quick else "with the ladder"
            found.append(f"{said} {outcome.seconds:.2f} s ({whole:.1f} s with start-up, {outcome.score:g} points)")
        result = store.read(place, solution.student)
        assert result is not None
    return ", ".join(found) + "".join(f"; {note}" for verdict in result.verdicts for note in verdict.notes)


def main() -> None:
    """Prints a line per measurement."""
    course = Course(Path(__file__).parents[3])
    assignment = course.assignment(NAME).load()
    data = load(assignment.data)
    assert data is not None
    print(
        f"{data.origin}\ntorch {torch.__version__}, {torch.get_num_threads()} threads, {os.cpu_count()} cores",
        flush=True,
    )
    names = reference(assignment)
    X = torch.from_numpy(np.array(data.public["train_images"])).flatten(1)
    y = torch.from_numpy(np.array(data.public["train_labels"]))
    kinds = sys.argv[1:] or ("", "_fast", "_large")
    for device in ("cpu", *(("cuda",) if has_gpu() else ())):
        print(f"\n{device}: {torch.cuda.get_device_name() if device == 'cuda' else 'CPU'}")
        for B in (256, 1024):
            seconds = alternately(epochs_of(names, X, y, B, device), device)
            for name, value in seconds.items():
                ratios = " and ".join(f"{found / value:.1f}" for found in list(seconds.values())[:2])
                print(
                    f"  B = {B:4}, one epoch, {name}: {value:.4f} s, {ratios} times as fast as the plain loops",
                    flush=True,
                )
        print(f"  ten epochs of plain SGD, B = 256: {after_ten(names, data, X, y, device)}", flush=True)
        print(f"  grading one submission: {grading(course, device)}", flush=True)
        for kind in kinds:
            line = accuracy(names[f"fit{kind}"], names[f"predict{kind}"], data, device)
            print(f"  fit{kind}: {line}", flush=True)


if __name__ == "__main__":
    main()
