"""What a hidden test imports: ``from autograder import assert_close, watch``.

Names are loaded when they are first used, so that the command line and the sandbox do not pay for them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograder.arrays import Tensor
    from autograder.compare import (
        Failure,
        as_array,
        as_bool,
        as_float,
        assert_close,
        assert_dtype,
        assert_equal,
        assert_finite,
        assert_gradient,
        assert_shape,
        fail,
        unpack,
        watch,
    )
    from autograder.data import Data
    from autograder.derivation import Derivation
    from autograder.expression import Expression
    from autograder.student import Call, Student, StudentError, assert_raises, assert_unchanged, on_device
    from autograder.wire import Handle

__all__ = [
    "Call",
    "Data",
    "Derivation",
    "Expression",
    "Failure",
    "Handle",
    "Student",
    "StudentError",
    "Tensor",
    "as_array",
    "as_bool",
    "as_float",
    "assert_close",
    "assert_dtype",
    "assert_equal",
    "assert_finite",
    "assert_gradient",
    "assert_raises",
    "assert_shape",
    "assert_unchanged",
    "fail",
    "on_device",
    "unpack",
    "watch",
]

_HOMES = {
    "arrays": {"Tensor"},
    "data": {"Data"},
    "derivation": {"Derivation"},
    "expression": {"Expression"},
    "student": {"Call", "Student", "StudentError", "assert_raises", "assert_unchanged", "on_device"},
    "wire": {"Handle"},
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'autograder' has no attribute {name!r}")
    home = next((module for module, names in _HOMES.items() if name in names), "compare")
    return getattr(import_module(f"autograder.{home}"), name)
