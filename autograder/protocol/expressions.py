"""A SymPy expression as plain data: a frozen tree whose heads all stand in one table.

:func:`encode` runs where SymPy is, in the student's process, and turns an expression into nested lists of heads,
names and numbers; :func:`decode` runs in the trusted process and believes none of it. Nothing is parsed, sympified
or evaluated, and this module does not import SymPy. What is outside the table arrives as a leaf ``Other`` that
carries its name, so that a verdict can say what it was.

====================================  ==========================================
leaf                                  ``value``
====================================  ==========================================
``Symbol``, ``IndexedBase``           the name; assumptions are dropped
``Integer``                           int, of 64 bits at most
``Rational``                          :class:`fractions.Fraction`
``Float``                             float, finite
``Exp1``, ``Pi``, ``true``, ``false``  None
``Other``                             what it was, in words
====================================  ==========================================

Inner nodes keep SymPy's names and order of arguments: a quotient is a ``Mul`` with a ``Pow`` of -1, the limits of
a ``Sum`` are ``Tuple`` nodes (variable, lower, upper), those of a ``Derivative`` (variable, count).
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from autograder.errors import WireError

MAX_NODES = 4000
MAX_DEPTH = 60
_MAX_NAME = 40
_INT64 = range(-(2**63), 2**63)

RELATIONS = {
    "Equality": "==",
    "Unequality": "!=",
    "LessThan": "<=",
    "StrictLessThan": "<",
    "GreaterThan": ">=",
    "StrictGreaterThan": ">",
}
CONNECTIVES = frozenset({"And", "Or", "Not"})
_ARITIES = {  # fewest and most arguments
    "Add": (0, MAX_NODES),
    "Mul": (0, MAX_NODES),
    "Pow": (2, 2),
    "exp": (1, 1),
    "log": (1, 1),
    "Sum": (2, 5),
    "Indexed": (2, 5),
    "KroneckerDelta": (2, 2),
    "Derivative": (2, 5),
    "Piecewise": (1, 20),
    "ExprCondPair": (2, 2),
    "Tuple": (1, 3),
    "And": (0, 20),
    "Or": (0, 20),
    "Not": (1, 1),
    **dict.fromkeys(RELATIONS, (2, 2)),
}
_CONSTANTS = {"Exp1": "Exp1", "Pi": "Pi", "BooleanTrue": "true", "BooleanFalse": "false"}
_NAMES = frozenset({"Symbol", "IndexedBase", "Other"})
TOO_LARGE = f"an expression of more than {MAX_NODES} parts or {MAX_DEPTH} levels"


@dataclass(frozen=True)
class Expression:
    """A node of an expression: its head and its arguments, or, for a leaf, its value."""

    head: str
    args: tuple[Expression, ...] = ()
    value: str | int | float | Fraction | None = None

    def walk(self) -> Iterator[Expression]:
        """Every node, from the top."""
        yield self
        for arg in self.args:
            yield from arg.walk()

    def has(self, *heads: str) -> bool:
        """Whether one of these heads occurs anywhere."""
        return any(node.head in heads for node in self.walk())

    def names(self) -> frozenset[str]:
        """The names of all symbols and indexed quantities, bound ones too."""
        return frozenset(str(node.value) for node in self.walk() if node.head in ("Symbol", "IndexedBase"))


def from_sympy(value: Any) -> Expression:
    """The tree of a SymPy expression of our own, for example the loss that a derivation starts from."""
    return decode(encode(value))


# -- where SymPy is ------------------------------------------------------------------------------------


def is_sympy(value: Any) -> bool:
    """Whether ``value`` is a SymPy expression; False where SymPy was never imported."""
    sympy = sys.modules.get("sympy")
    return sympy is not None and isinstance(value, sympy.Basic)


def encode(value: Any) -> list[Any]:
    """An expression as nested lists ``[head, ...]``; one that is too large becomes a single ``Other``."""
    try:
        return _encode(value, [MAX_NODES], 0)
    except OverflowError:
        return ["Other", TOO_LARGE]


def _encode(value: Any, left: list[int], depth: int) -> list[Any]:
    left[0] -= 1
    if left[0] < 0 or depth > MAX_DEPTH:
        raise OverflowError
    head, args = type(value).__name__, value.args
    if len(args) > MAX_NODES:
        raise OverflowError
    if head in _ARITIES and _fits(head, len(args)):
        return [head, *(_encode(arg, left, depth + 1) for arg in args)]
    return _encode_leaf(value, head)


def _encode_leaf(value: Any, head: str) -> list[Any]:
    sympy = sys.modules["sympy"]
    if head in _CONSTANTS:
        return [_CONSTANTS[head]]
    if isinstance(value, (sympy.Symbol, sympy.Idx)):
        return ["Symbol", str(value.name)[:_MAX_NAME]]
    if isinstance(value, sympy.IndexedBase):
        return ["IndexedBase", str(value.label)[:_MAX_NAME]]
    if isinstance(value, sympy.Rational) and value.is_finite:
        p, q = int(value.p), int(value.q)
        if p not in _INT64 or q not in _INT64:
            return ["Other", "a number of more than 64 bits"]
        return ["Integer", p] if q == 1 else ["Rational", p, q]
    if isinstance(value, sympy.Float):
        return ["Float", float(value)] if math.isfinite(value) else ["Other", "a decimal number beyond all bounds"]
    return ["Other", head[:_MAX_NAME]]


def _fits(head: str, count: int) -> bool:
    fewest, most = _ARITIES[head]
    return fewest <= count <= most


# -- where it is read ----------------------------------------------------------------------------------


def decode(node: Any) -> Expression:
    """The tree of nested lists from the other side; raises WireError for anything outside the table."""
    return _decode(node, [MAX_NODES], 0)


def _decode(node: Any, left: list[int], depth: int) -> Expression:
    left[0] -= 1
    if left[0] < 0 or depth > MAX_DEPTH:
        raise WireError("an expression is too large")
    if not isinstance(node, list) or not node or not isinstance(node[0], str):
        raise WireError("an expression holds something that has no head")
    head, rest = node[0], node[1:]
    if head in _ARITIES and _fits(head, len(rest)):
        return Expression(head, tuple(_decode(item, left, depth + 1) for item in rest))
    return _decode_leaf(head, rest)


def _decode_leaf(head: str, rest: list[Any]) -> Expression:
    match head, rest:
        case (("Exp1" | "Pi" | "true" | "false"), []):
            return Expression(head)
        case (("Symbol" | "IndexedBase" | "Other"), [str(name)]) if len(name) <= max(_MAX_NAME, len(TOO_LARGE)):
            return Expression(head, value=_printable(name))
        case "Integer", [int(value)] if type(value) is int:
            return Expression(head, value=value)
        case "Rational", [int(p), int(q)] if type(p) is type(q) is int and q > 1:
            return Expression(head, value=Fraction(p, q))
        case "Float", [float(value)] if math.isfinite(value):
            return Expression(head, value=value)
    raise WireError("an expression holds a head outside the table, or one with the wrong arguments")


def _printable(name: str) -> str:
    return "".join(c if c.isprintable() and c not in "`<>&" else "?" for c in name)
