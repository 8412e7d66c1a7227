"""Numbers of 50 digits that carry their derivatives: polynomials in infinitesimals ε₁, ε₂, ... with εᵢ² = 0.

A jet is a dict from a set of infinitesimals (as bits) to its coefficient; entry 0 is the value. f(x + ε) has the
coefficient f'(x) at ε, f(x + ε₁ + ε₂) has f''(x) at ε₁ε₂, and so on: derivatives without a step size.
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
    """The expression means nothing here; the message completes the sentence "line 3 ..."."""


class NoValue(Unreadable):
    """The expression is readable and has no real value at this point."""


def exact(number: Any) -> Any:
    """A Python number as an mpmath number of 50 digits."""
    if isinstance(number, Fraction):
        return _CONTEXT.mpf(number.numerator) / number.denominator
    return _CONTEXT.mpf(number)


def check_size(jet: Hyperdual) -> None:
    """Raises NoValue for a value so large or so small that the next operation could take for ever."""
    if jet[0] and abs(_CONTEXT.mag(jet[0])) > _MAX_BITS:
        raise NoValue("is too large to evaluate")


def total(jets: Iterable[Hyperdual]) -> Hyperdual:
    """Their sum."""
    result: Hyperdual = {0: ZERO}
    for jet in jets:
        for bits, part in jet.items():
            result[bits] = result.get(bits, ZERO) + part
    return result


def times(left: Hyperdual, right: Hyperdual) -> Hyperdual:
    """Their product."""
    if len(left) == len(right) == 1:
        return {0: left[0] * right[0]}
    product: Hyperdual = {0: ZERO}
    for p, x in left.items():
        for q, y in right.items():
            if not p & q:
                product[p | q] = product.get(p | q, ZERO) + x * y
    return product


def _compose(jet: Hyperdual, coefficient: Callable[[int], Any]) -> Hyperdual:
    """f(jet), where ``coefficient(n)`` is the n-th Taylor coefficient of f at the jet's value."""
    if len(jet) == 1:
        return {0: coefficient(0)}
    small = {**jet, 0: ZERO}
    powers: Hyperdual = {0: ONE}
    terms = [{0: coefficient(0)}]
    for n in range(1, max(jet).bit_length() + 1):  # a product of n + 1 of n infinitesimals is 0
        powers = times(powers, small)
        factor = coefficient(n)
        terms.append({bits: factor * part for bits, part in powers.items() if part})
    return total(terms)


def exp(jet: Hyperdual) -> Hyperdual:
    """The exponential."""
    if abs(jet[0]) > _MAX_EXPONENT:
        raise NoValue("is too large to evaluate")
    value = _CONTEXT.exp(jet[0])
    return _compose(jet, lambda n: value / _CONTEXT.factorial(n))


def log(jet: Hyperdual) -> Hyperdual:
    """The natural logarithm of a positive number."""
    value = jet[0]
    if value <= 0:
        raise NoValue("takes the logarithm of a number that is not positive")
    return _compose(jet, lambda n: -((-1 / value) ** n) / n if n else _CONTEXT.log(value))


def power(jet: Hyperdual, exponent: Any) -> Hyperdual:
    """A power with a constant exponent."""
    value, whole = jet[0], exponent == int(exponent)
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

    return _compose(jet, coefficient)


def show(number: Any, digits: int) -> str:
    """A number in decimal, for a message."""
    return str(_CONTEXT.nstr(number, digits))
