"""Converts arrays and tensors to bytes, and back from bytes that may be forged."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from autograder.errors import WireError

DTYPES = frozenset(
    "bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 float32 float64 complex64 complex128".split()
)
_LARGE = 2**16
_ITEM_SIZES = {name: np.dtype(name).itemsize for name in DTYPES}
TENSOR_DTYPES = DTYPES | {"bfloat16"}


@dataclass(frozen=True, eq=False)
class Tensor:
    """A torch tensor as plain data: its values and its attributes in torch.

    ``array`` has the tensor's shape; that of a bfloat16 tensor is float32, which represents it exactly.
    """

    array: np.ndarray[Any, Any]
    dtype: str
    device: str
    requires_grad: bool


def from_torch(value: Any) -> Tensor:
    """Converts a dense torch tensor to plain data; bfloat16, which numpy lacks, becomes float32."""
    torch = sys.modules["torch"]
    plain = value.detach().to("cpu").resolve_conj().resolve_neg()
    dtype = str(plain.dtype).removeprefix("torch.")
    array = (plain.to(torch.float32) if dtype == "bfloat16" else plain).numpy()
    return Tensor(array, dtype, str(value.device), bool(value.requires_grad))


def to_torch(value: Tensor) -> Any:
    """Rebuilds the torch tensor in this process, on the device it names."""
    import torch

    tensor = torch.from_numpy(value.array.copy()).to(getattr(torch, value.dtype)).to(value.device)
    return tensor.requires_grad_(value.requires_grad)


def bytes_of(array: np.ndarray[Any, Any]) -> bytes | memoryview:
    """Returns the array's bytes in C order; a large contiguous array is not copied."""
    if array.nbytes < _LARGE or not array.flags.c_contiguous:
        return array.tobytes()
    return np.asarray(array).reshape(-1).view(np.uint8).data


@lru_cache(maxsize=64)
def dtype_name(dtype: np.dtype[Any]) -> str:
    """Returns the dtype's name, cached because numpy builds the string on every access."""
    return str(dtype.name)


def rebuild(dtype: str, shape: list[Any], raw: memoryview) -> np.ndarray[Any, Any]:
    """Rebuilds an array that owns its memory; raises WireError when dtype, shape and bytes do not fit together."""
    if dtype not in DTYPES:
        raise WireError(f"an array has the unsupported dtype {dtype[:20]!r}")
    if len(shape) > 32 or any(type(n) is not int or n < 0 for n in shape):
        raise WireError("an array has an impossible shape")
    if math.prod(shape) * _ITEM_SIZES[dtype] != len(raw):
        raise WireError("an array's bytes do not fit its shape")
    array = np.frombuffer(raw, dtype=dtype).reshape(shape)
    # A forged bool may hold any byte; comparing gives it one of two values.
    return np.asarray(array.view("uint8") != 0) if dtype == "bool" else array.copy()


def restore_layout(array: np.ndarray[Any, Any], layout: str, writeable: bool) -> np.ndarray[Any, Any]:
    """Restores memory order (``layout``: C, F, or S for strided) and write flag, which a function can observe."""
    if layout == "F":
        array = np.array(array, order="F")
    elif layout == "S":
        spaced = np.zeros((*array.shape, 2), dtype=array.dtype)[..., 0]
        spaced[...] = array
        array = spaced
    array.setflags(write=writeable)
    return array
