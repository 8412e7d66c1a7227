"""Arrays and tensors become bytes and come back, whatever their layout; bytes that do not fit are refused."""

from typing import Any

import numpy as np
import pytest
import torch
from test_values import cross, same

from autograder.errors import WireError
from autograder.protocol import arrays
from autograder.protocol.arrays import Tensor, bytes_of, rebuild, to_torch

TABLE = np.arange(60_000.0).reshape(300, 200)


@pytest.mark.parametrize(
    "array",
    [TABLE, np.asfortranarray(TABLE), np.stack([TABLE, TABLE], -1)[..., 0], TABLE[::2, 5:], TABLE[::-1]],
    ids=["C", "F", "strided", "sliced", "backwards"],
)
def test_a_large_array_arrives_from_any_memory_order(array: np.ndarray[Any, Any]) -> None:
    assert array.nbytes >= arrays._LARGE
    assert bytes(bytes_of(array)) == array.tobytes()
    assert same(cross(array), array)


def test_large_arrays_arrive_each_in_its_place() -> None:
    value = [np.zeros(2**15), 1.0, np.ones(2**15), b"x" * 2**18]
    assert same(cross(value), value)


@pytest.mark.parametrize(
    ("dtype", "shape", "raw"),
    [("float64", [2], bytes(8)), ("float64", [], bytes(16)), ("uint8", [0], b"1"), ("bool", [3], b"1")],
)
def test_bytes_that_do_not_fit_the_shape_are_refused(dtype: str, shape: list[int], raw: bytes) -> None:
    with pytest.raises(WireError, match="do not fit its shape"):
        rebuild(dtype, shape, memoryview(raw))


def test_an_array_shares_no_memory_with_its_bytes() -> None:
    raw = bytearray(8)
    array = rebuild("float64", [1], memoryview(raw))
    raw[:] = b"\xff" * 8
    assert array.tolist() == [0.0]


def test_a_tensor_that_is_made_again_is_the_tensor_that_was_sent() -> None:
    array = np.array([1.5], dtype=np.float32)
    tensor = to_torch(Tensor(array, "bfloat16", "cpu", requires_grad=True))
    assert (tensor.dtype, tensor.requires_grad, tensor.is_leaf) == (torch.bfloat16, True, True)
    other = to_torch(Tensor(array, "float32", "cpu", requires_grad=False))
    other += 1
    assert array.tolist() == [1.5]
    assert not other.requires_grad


def test_a_negated_view_arrives() -> None:
    tensor = torch.tensor([1 + 2j]).conj().imag
    assert tensor.is_neg()
    assert cross(tensor).array.tolist() == [-2.0]
