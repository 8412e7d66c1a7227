"""The recipes of a5_mlp_mnist that are not handed out, against the reference answers."""

from typing import Any

import pytest
import torch
from course_fixtures import ROOT, reference

from autograder.course.layout import Course


@pytest.fixture(scope="module")
def names() -> dict[str, Any]:
    return reference(Course(ROOT).assignment("a5_mlp_mnist").load())


def problem(names: dict[str, Any]) -> tuple[list[Any], torch.Tensor, torch.Tensor]:
    """A network with one hidden layer, and clouds of points around ten centres."""
    generator = torch.Generator().manual_seed(0)
    centres = torch.randn(10, 20, generator=generator)
    y = torch.randint(10, (1030,), generator=generator)
    X = centres[y] + 0.5 * torch.randn(1030, 20, generator=generator)
    return names["init"]([20, 32, 10], generator, torch.device("cpu")), X, y


@pytest.mark.parametrize("B", [64, 1030])
def test_an_epoch_in_mixed_precision_ends_where_one_in_float32_does(names: dict[str, Any], B: int) -> None:
    (params, X, y), (mixed, _, _) = problem(names), problem(names)
    before = [tensor.clone() for layer in params for tensor in layer]
    for epoch in range(3):
        names["train_epoch"](params, X, y, B, 0.1, torch.Generator().manual_seed(epoch))
        names["mixed_epoch"](mixed, X.bfloat16(), y, B, 0.1, torch.Generator().manual_seed(epoch))
    tensors = [(one, other) for pair in zip(params, mixed, strict=True) for one, other in zip(*pair, strict=True)]
    for (exact, rounded), old in zip(tensors, before, strict=True):
        assert rounded.dtype == torch.float32
        moved = (exact - old).norm()
        assert moved > 0.05
        # bfloat16 keeps 8 bits: each gradient is off by 0.4 %, and a little more adds up.
        assert (exact - rounded).norm() < 0.03 * moved


def test_with_float32_the_mixed_epoch_is_the_epoch_of_the_notebook(names: dict[str, Any]) -> None:
    (params, X, y), (mixed, _, _) = problem(names), problem(names)
    names["train_epoch"](params, X, y, 64, 0.1, torch.Generator().manual_seed(0))
    names["mixed_epoch"](mixed, X, y, 64, 0.1, torch.Generator().manual_seed(0))
    for layer, other in zip(params, mixed, strict=True):
        for one, same in zip(layer, other, strict=True):
            torch.testing.assert_close(one, same, rtol=1e-5, atol=1e-6)
