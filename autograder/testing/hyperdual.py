"""Hyperdual numbers of 50 digits, which carry their derivatives: polynomials in infinitesimals εᵢ with εᵢ² = 0.

A hyperdual number is a dict from a set of infinitesimals (as bits) to its coefficient; entry 0 is the value. The
coefficient of f(x + ε) at ε is f'(x), that of f(x + ε₁ + ε₂) at ε₁ε₂ is f''(x), and so on: derivatives without a
step size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any

import mpmath

DIGITS = 50
MAX_ORDER = 3
_MAX_EXPONENT = 10_000  # exp(10,000) has 4,343 digits before the point
_MAX_BITS = 20_000

Hyperdual = dict[int, Any]

_CONTEXT = mpmath.MPContext()
_CONTEXT.dps = DIGITS
ZERO, ONE, E, PI = _CONTEXT.mpf(0), _CONTEXT.mpf(1), +_CONTEXT.e, +_CONTEXT.pi


class Unreadable(Exception):
    """Raised for an expression that cannot be evaluated; the message completes the sentence "line 3 ..."."""


class NoValue(Unreadable):
    """Raised for an expression that is readable but has no real value at this point."""


def exact(number: Any) -> Any:
    """Converts a Python number to an mpmath number of 50 digits."""
    if isinstance(number, Fraction):
        return _CONTEXT.mpf(number.numerator) / number.denominator
    return _CONTEXT.mpf(number)


def check_size(number: Hyperdual) -> None:
    """Raises NoValue for a value so large or so small that the next operation might never end."""
    if number[0] and abs(_CONTEXT.mag(number[0])) > _MAX_BITS:
        raise NoValue("is too large to evaluate")


def total(numbers: Iterable[Hyperdual]) -> Hyperdual:
    """Adds hyperdual numbers."""
    result: Hyperdual = {0: ZERO}
    for number in numbers:
        for bits, part in number.items():
            result[bits] = result.get(bits, ZERO) + part
    return result


def times(left: Hyperdual, right: Hyperdual) -> Hyperdual:
    """Multiplies two hyperdual numbers."""
    if len(left) == len(right) == 1:
        return {0: left[0] * right[0]}
    product: Hyperdual = {0: ZERO}
    for p, x in left.items():
        for q, y in right.items():
            if not p & q:
                product[p | q] = product.get(p | q, ZERO) + x * y
    return product


def _compose(number: Hyperdual, coefficient: Callable[[int], Any]) -> Hyperdual:
    """Returns f(number), where ``coefficient(n)`` is the n-th Taylor coefficient of f at the number's value."""
    if len(number) == 1:
        return {0: coefficient(0)}
    nilpotent = {**number, 0: ZERO}
    powers: Hyperdual = {0: ONE}
    terms = [{0: coefficient(0)}]
    for n in range(1, max(number).bit_length() + 1):  # with n infinitesimals, a product of n + 1 of them is 0
        powers = times(powers, nilpotent)
        factor = coefficient(n)
        terms.append({bits: factor * part for bits, part in powers.items() if part})
    return total(terms)


def exp(number: Hyperdual) -> Hyperdual:
    """Returns the exponential; raises NoValue for one that is too large."""
    if abs(number[0]) > _MAX_EXPONENT:
        raise NoValue("is too large to evaluate")
    value = _CONTEXT.exp(number[0])
    return _compose(number, lambda n: value / _CONTEXT.factorial(n))


def log(number: Hyperdual) -> Hyperdual:
    """Returns the natural logarithm; raises NoValue unless the value is positive."""
    value = number[0]
    if value <= 0:
        raise NoValue("takes the logarithm of a number that is not positive")
    return _compose(number, lambda n: -((-1 / value) ** n) / n if n else _CONTEXT.log(value))


def power(number: Hyperdual, exponent: Any) -> Hyperdual:
    """Raises a hyperdual number to a constant real exponent; raises NoValue where the result is not real."""
    value, whole = number[0], exponent == int(exponent)
    if not value and exponent < 0:
        raise NoValue("divides by zero")
    if value < 0 and not whole:
        raise NoValue("takes a root of a negative number")
    if value and abs(exponent) * max(abs(_CONTEXT.mag(value)), 1) > _MAX_BITS:
        raise NoValue("is too large to evaluate")

    def coefficient(n: int) -> Any:
        factor = ONE
        for m in range(n):  # the binomial coefficient of any real exponent
            factor *= (exponent - m) / (m + 1)
        if not factor:
            return ZERO
        if not value and exponent < n:
            raise NoValue("has no derivative there")
        return factor * value ** (int(exponent) - n if whole else exponent - n)

    return _compose(number, coefficient)


def show(number: Any, digits: int) -> str:
    """Formats an mpmath number with ``digits`` significant digits, for a message."""
    return str(_CONTEXT.nstr(number, digits))
