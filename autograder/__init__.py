"""The API for hidden tests: ``from autograder import assert_close, watch``; and for nbgrader_config.py, ``configure``.

Names are imported lazily, so that the command line and the sandbox start quickly.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograder.course.data import Data
    from autograder.nbgrader_bridge.configuration import configure
    from autograder.protocol.arrays import Tensor
    from autograder.protocol.expressions import Expression
    from autograder.protocol.values import Handle
    from autograder.results.failure import Failure
    from autograder.testing.compare import (
        as_array,
        as_bool,
        as_float,
        assert_close,
        assert_curve,
        assert_dtype,
        assert_equal,
        assert_finite,
        assert_gradient,
        assert_shape,
        fail,
        unpack,
    )
    from autograder.testing.derivation import Derivation
    from autograder.testing.process import StudentError
    from autograder.testing.student import (
        Call,
        Student,
        assert_raises,
        assert_unchanged,
        imported,
        on_device,
        put_file,
        watch,
    )

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
    "assert_curve",
    "assert_dtype",
    "assert_equal",
    "assert_finite",
    "assert_gradient",
    "assert_raises",
    "assert_shape",
    "assert_unchanged",
    "configure",
    "fail",
    "imported",
    "on_device",
    "put_file",
    "unpack",
    "watch",
]

_MODULES = {
    "course.data": {"Data"},
    "nbgrader_bridge.configuration": {"configure"},
    "protocol.arrays": {"Tensor"},
    "protocol.expressions": {"Expression"},
    "protocol.values": {"Handle"},
    "results.failure": {"Failure"},
    "testing.derivation": {"Derivation"},
    "testing.process": {"StudentError"},
    "testing.student": {
        "Call",
        "Student",
        "assert_raises",
        "assert_unchanged",
        "imported",
        "on_device",
        "put_file",
        "watch",
    },
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'autograder' has no attribute {name!r}")
    module = next((module for module, names in _MODULES.items() if name in names), "testing.compare")
    return getattr(import_module(f"autograder.{module}"), name)
