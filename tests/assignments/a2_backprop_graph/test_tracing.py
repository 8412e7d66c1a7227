"""Tracing, the last section of a2_backprop_graph: what operators record, and what they differentiate to."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

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
    expected.backward()
    value, slopes = names["gradient"](f, **inputs)
    assert value == pytest.approx(expected.item())
    for name, tensor in tensors.items():
        assert slopes[name] == pytest.approx(tensor.grad.item()), name


def test_an_input_that_is_not_used_and_a_constant_have_no_gradient(names: dict[str, Any]) -> None:
    assert names["gradient"](lambda x, y: 3 * x, x=2.0, y=5.0) == (6.0, {"x": 3.0, "y": 0.0})
    assert names["gradient"](lambda x: 7.0, x=2.0) == (7.0, {"x": 0.0})


def test_what_cannot_be_traced_is_refused(names: dict[str, Any]) -> None:
    for f in (lambda x: x**3, lambda x: x / 2, lambda x: 2 / x):
        with pytest.raises(TypeError):
            names["gradient"](f, x=2.0)
