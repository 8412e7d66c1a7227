"""Assertions about the values that a student's code returns (``assert_close``, ``assert_equal``, ...) and conversions.

They check type, shape, dtype and finiteness before the tolerance. NumPy's own assertions accept wrong answers: shapes
broadcast (``assert_allclose(np.empty(0), 5.0)`` passes), nan equals nan, and an object's ``__eq__`` may return True for
everything. A message says how many entries are off, by how much and where, but never which value was expected.

Values come from a process that knows the hidden inputs and may try to repeat them in messages, so each message also
says how many bits it can carry; :mod:`autograder.results.disclosure` explains how they are counted and limits the sum.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NoReturn

import numpy as np

from autograder.protocol.arrays import Tensor
from autograder.protocol.expressions import Expression
from autograder.protocol.values import Handle
from autograder.results.curves import curves
from autograder.results.error_map import error_map
from autograder.results.failure import Failure

Array = np.ndarray[Any, Any]

_KNOWN_TYPES = frozenset("function method generator range type module map filter zip object slice Symbol".split())
_MAX_SHOWN_AXIS, _MAX_SHOWN_LENGTH = 60, 9
MAX_ENTRIES = 2 * 10**6

_DTYPE_BITS, _KIND_BITS, _AXES_BITS, _AXIS_BITS, _ERROR_BITS = 4, 8, 3, 6, 9
"""Of the name of a dtype, of what `describe` and `_axes` return, the length of an axis, and a number in `_rounded`."""


def fail(reason: str, hint: str = "", *, share: float = 0.0) -> NoReturn:
    """Fails the test: ``reason`` says what is wrong, ``hint`` what to try.

    ``share`` is the part of the test's points that a nearly correct answer still earns, at least 0 and below 1.

    Always raises Failure, or ValueError when ``share`` is out of range.
    """
    if not 0 <= share < 1:
        raise ValueError(
            f"the share {share!r} is out of range; a failed test keeps a share of its points of at least 0 and below 1"
        )
    raise Failure(reason, hint, share=share)


def describe(value: Any) -> str:
    """Describes a value by type, dtype and number of axes: all that is said of it, because more may repeat an input."""
    if isinstance(value, Tensor):
        return f"a {value.dtype} tensor with {_axes(value.array)}"
    if isinstance(value, np.ndarray):
        return f"a {value.dtype.name} array with {_axes(value)}"
    if isinstance(value, np.generic):
        return f"a {value.dtype.name} scalar"
    if isinstance(value, Expression):
        return "a SymPy expression"
    if isinstance(value, Handle):
        return f"a {value.type_name}" if value.type_name in _KNOWN_TYPES else "an object that is not plain data"
    if value is None:
        return "None (is a `return` missing?)"
    name = type(value).__name__
    if isinstance(value, (list, tuple, set, dict)) and len(value) <= _MAX_SHOWN_LENGTH:
        return f"a {name} of length {len(value)}"
    return {bool: "a bool", int: "an int", str: "a string", bytes: "bytes"}.get(type(value), f"a {name}")


def _refuse(value: Any, wanted: str, hint: str) -> NoReturn:
    raise Failure(f"you returned {describe(value)}; it should {wanted}", hint, bits=_KIND_BITS, stopped="unusable")


def _axes(array: Array) -> str:
    return ("no axes", "1 axis", "2 axes", "3 axes", "4 axes", "many axes")[min(array.ndim, 5)]


def _check_shape(array: Array, expected: tuple[int, ...], hint: str, tail: str = "") -> None:
    """Fails unless an array has the expected shape; shows its own only as far as it cannot encode a hidden input."""
    if array.ndim != len(expected):
        raise Failure(f"the result has {_axes(array)}; its shape should be {expected}{tail}", hint, bits=_AXES_BITS)
    if array.shape != expected:
        is_usual = all(length <= _MAX_SHOWN_AXIS or length in expected for length in array.shape)
        shown = array.shape if is_usual else "(unusual)"
        raise Failure(f"the shape is {shown}; it should be {expected}{tail}", hint, bits=_AXIS_BITS * array.ndim)


# -- conversions of what a student's function returned -------------------------------------------------


def as_array(value: Any, *, shape: tuple[int, ...] | None = None, hint: str = "") -> Array:
    """Converts a number, an array, a nested list or a tensor to a float64 array.

    Fails when the value is not numeric, not real, or not of ``shape``.
    """
    array = _numeric(value, hint)
    if array.dtype.kind == "c":
        _refuse(value, "be real", hint)
    if shape is not None:
        _check_shape(array, shape, hint)
    return array.astype(np.float64)


def as_float(value: Any, *, hint: str = "") -> float:
    """Converts a real number, or an array or tensor of shape (), to a float; fails for anything else."""
    return float(as_array(value, shape=(), hint=hint))


def as_bool(value: Any, *, hint: str = "") -> bool:
    """Converts a Python or NumPy bool to a bool; fails for anything else, such as 0 or 1."""
    if isinstance(value, np.ndarray) and value.shape == ():
        value = value[()]
    if not isinstance(value, bool | np.bool_):
        _refuse(value, "be True or False", hint)
    return bool(value)


def unpack(value: Any, n: int, *, hint: str = "") -> tuple[Any, ...]:
    """Converts a tuple or list to a tuple; fails unless it has ``n`` elements."""
    if not isinstance(value, tuple | list) or len(value) != n:
        _refuse(value, f"be {n} values: `return a, b, ...`", hint)
    return tuple(value)


def _numeric(value: Any, hint: str) -> Array:
    plain = value.array if isinstance(value, Tensor) else value
    if isinstance(plain, list | tuple):
        plain = _from_nested(plain)
    if isinstance(plain, bool | np.bool_) or not isinstance(plain, int | float | complex | np.number | np.ndarray):
        _refuse(value, "be a number or an array of numbers", hint)
    array = np.asarray(plain)
    if array.dtype.kind not in "iufc":
        _refuse(value, "hold numbers", hint)
    if array.size > MAX_ENTRIES:
        fail("you returned far more numbers than the question asks for", hint)
    return array


def _from_nested(value: list[Any] | tuple[Any, ...]) -> Any:
    try:
        return np.asarray([_from_nested(v) if isinstance(v, list | tuple) else _check_number(v) for v in value])
    except (ValueError, TypeError, OverflowError):
        return None  # ragged or not numeric: the caller fails with a description of the whole value


def _check_number(value: Any) -> Any:
    if isinstance(value, bool | np.bool_) or not isinstance(value, int | float | complex | np.number | np.ndarray):
        raise TypeError
    return value


# -- assertions ----------------------------------------------------------------------------------------


def assert_close(
    actual: Any, expected: Any, *, rtol: float = 1e-7, atol: float = 0.0, hint: str = "", given: str = ""
) -> None:
    """Fails unless ``actual`` has the shape of ``expected`` and each element is within ``atol + rtol * abs(expected)``.

    ``expected`` is a number, an array or a torch tensor. ``actual`` may be a list or tensor where an array is expected,
    but not an array of integers where floats are. nan and inf match only themselves. ``hint`` says what to try;
    ``given`` describes the input, as far as the student may see it.
    """
    got, want = _numeric(actual, hint), _to_numpy(expected)
    tail = f" (for {given})" if given else ""
    if want.dtype.kind in "fc" and isinstance(actual, np.ndarray | Tensor) and got.dtype.kind in "iu":
        reason = f"the dtype is {got.dtype.name}, which cannot hold fractions; it should be floating{tail}"
        raise Failure(reason, hint, bits=_DTYPE_BITS)
    _check_shape(got, want.shape, hint, tail)
    _assert_same_nonfinite(got, want, tail, hint)
    with np.errstate(all="ignore"):
        got, want = got.astype(np.result_type(got, np.float64)), want.astype(np.result_type(want, np.float64))
        finite = np.isfinite(want)
        error = np.abs(np.where(finite, got - want, 0.0))
        off = error > atol + rtol * np.abs(np.where(finite, want, 0.0))
    if off.any():
        reason, bits = _describe_error(error, want, off)
        raise Failure(reason + tail, hint, bits=bits, error_map=error_map(off))


def assert_curve(
    actual: Any, expected: Any, *, given: str, rtol: float = 1e-7, atol: float = 0.0, hint: str = ""
) -> None:
    """Fails as ``assert_close`` does, for a curve of at most 12 points; the feedback then shows both curves.

    So the input must be none that is hidden: ``given`` says what it is.
    """
    try:
        assert_close(actual, expected, rtol=rtol, atol=atol, hint=hint, given=given)
    except Failure as failure:
        got, want = _numeric(actual, hint), _to_numpy(expected)
        if got.shape == want.shape and got.dtype.kind != "c":
            failure.curves = curves(want.astype(np.float64), got.astype(np.float64))
            failure.error_map = () if failure.curves else failure.error_map
        raise


def _to_numpy(expected: Any) -> Array:
    if hasattr(expected, "detach"):  # a torch tensor, without importing torch
        expected = expected.detach().cpu().numpy()
    return np.asarray(expected)


def _assert_same_nonfinite(got: Array, want: Array, tail: str, hint: str) -> None:
    with np.errstate(all="ignore"):
        same = np.isfinite(got) & np.isfinite(want) | (got == want) | (np.isnan(got) & np.isnan(want))
    if same.all():
        return
    bad = got[~same]
    kind = "nan" if np.isnan(bad).any() else "infinite" if np.isinf(bad).any() else "finite where it should not be"
    count = "the value is" if got.shape == () else f"{bad.size} of {got.size} entries are"
    raise Failure(f"{count} {kind}{tail}", hint, bits=2 + _bits_of_count(got))


def _describe_error(error: Array, want: Array, off: Array) -> tuple[str, float]:
    """Says how many entries are off, where the worst is and how far off; returns that with its bits."""
    worst = np.unravel_index(np.argmax(np.where(off, error, -1.0)), error.shape)
    with np.errstate(over="ignore"):  # by a scale of 1e-308, say
        size = error[worst] / abs(want[worst]) if want[worst] else error[worst]
    size = f"relative error {_rounded(size)}" if want[worst] else f"{_rounded(size)} where it should be 0"
    if error.shape == ():
        return f"the value is off: {size}", _ERROR_BITS
    place = "[" + ", ".join(str(int(i)) for i in worst) + "]"
    reason = f"{int(off.sum())} of {off.size} entries are off; the worst is at {place}: {size}"
    return reason, _ERROR_BITS + 2 * _bits_of_count(off)


def _rounded(number: float) -> str:
    """Formats a positive number with one digit, in a range of 26 powers of ten."""
    return "less than 1e-16" if number < 1e-16 else "more than 1e+10" if number > 1e10 else f"{number:.1g}"


def _bits_of_count(array: Array) -> float:
    """Returns the bits of a number of entries, or of the place of one."""
    return math.log2(array.size + 1)


def assert_equal(actual: Any, expected: Any, *, hint: str = "", given: str = "") -> None:
    """Fails unless ``actual`` equals ``expected`` and has the same type: True is not 1, and 1 is not 1.0.

    NumPy scalars and arrays of shape () count as Python scalars, on either side and inside containers. Arrays are equal
    when their dtype kinds, shapes and elements are; nan equals nothing.
    """
    tail = f" (for {given})" if given else ""
    if not _same(actual, expected):
        kind = "a different value" if type(_scalar(actual)) is type(_scalar(expected)) else describe(actual)
        raise Failure(f"you returned {kind}{tail}", hint, bits=_KIND_BITS)


def _same(actual: Any, expected: Any) -> bool:
    actual, expected = _scalar(actual), _scalar(expected)
    if isinstance(expected, np.ndarray):
        fits = isinstance(actual, np.ndarray) and actual.dtype.kind == expected.dtype.kind
        return fits and np.array_equal(actual, expected)
    if type(actual) is not type(expected):
        return False
    if isinstance(expected, list | tuple):
        return len(actual) == len(expected) and all(map(_same, actual, expected))
    if isinstance(expected, dict):
        got, want = ({_typed(key): item for key, item in value.items()} for value in (actual, expected))
        return got.keys() == want.keys() and all(_same(got[key], want[key]) for key in want)
    if isinstance(expected, set | frozenset):
        return set(map(_typed, actual)) == set(map(_typed, expected))
    return bool(actual == expected)


def _typed(key: Any) -> tuple[type, Any]:
    """Returns a key that includes the type, because 1 and True are the same key in a dict."""
    key = _scalar(key)
    return type(key), tuple(map(_typed, key)) if isinstance(key, tuple) else key


def _scalar(value: Any) -> Any:
    if isinstance(value, np.generic) or (isinstance(value, np.ndarray) and value.shape == ()):
        return value.item()
    return value


def assert_shape(actual: Any, shape: tuple[int, ...], *, hint: str = "") -> None:
    """Fails unless ``actual`` is numeric and has the given shape."""
    _check_shape(_numeric(actual, hint), shape, hint)


def assert_dtype(actual: Any, dtype: str, *, hint: str = "") -> None:
    """Fails unless ``actual`` is an array, NumPy scalar or tensor of the given dtype; a Python float is float64."""
    name = actual.dtype if isinstance(actual, Tensor) else _numeric(actual, hint).dtype.name
    if name != dtype:
        raise Failure(f"the dtype is {name}; it should be {dtype}", hint, bits=_DTYPE_BITS)


def assert_finite(actual: Any, *, hint: str = "") -> None:
    """Fails if an element is nan or infinite."""
    got = _numeric(actual, hint)
    if not np.isfinite(got).all():
        reason = f"{int((~np.isfinite(got)).sum())} of {got.size} entries are nan or infinite"
        raise Failure(reason, hint, bits=_bits_of_count(got))


def assert_gradient(
    actual: Any, f: Callable[[Array], float], x: Any, *, rtol: float = 1e-5, atol: float = 1e-7, hint: str = ""
) -> None:
    """Fails unless ``actual`` is the gradient at ``x`` of the trusted scalar function ``f``.

    The gradient is computed by five-point differences, whose error is about 1e-11 for a function of order one.
    """
    assert_close(actual, _five_point(f, np.asarray(x, dtype=np.float64)), rtol=rtol, atol=atol, hint=hint)


def _five_point(f: Callable[[Array], float], x: Array) -> Array:
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        h = 1e-3 * max(1.0, abs(float(x[index])))
        value = []
        for step in (-2, -1, 1, 2):
            moved = x.copy()
            moved[index] += step * h
            value.append(float(f(moved)))
        gradient[index] = (value[0] - 8 * value[1] + 8 * value[2] - value[3]) / (12 * h)
    return gradient
