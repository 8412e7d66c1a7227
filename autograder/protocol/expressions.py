"""Represents SymPy expressions as plain data: frozen trees whose heads all come from one table.

:func:`encode` runs where SymPy is loaded, in the student's process, and turns an expression into nested lists of
heads, names and numbers; :func:`decode` runs in the trusted process and validates all of it. Nothing is parsed,
sympified or evaluated, and this module does not import SymPy. Anything outside the table arrives as an ``Other`` leaf
that carries its name, so that a verdict can mention it.

====================================  ==========================================
leaf                                  ``value``
====================================  ==========================================
``Symbol``, ``IndexedBase``           the name; assumptions are dropped
``Integer``                           int, of 64 bits at most
``Rational``                          :class:`fractions.Fraction`
``Float``                             float, finite
``Exp1``, ``Pi``, ``true``, ``false``  None
``Other``                             a class name or a short description
====================================  ==========================================

Inner nodes keep SymPy's names and argument order: a quotient is a ``Mul`` with a ``Pow`` of -1, the limits of
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
_ARITIES = {  # minimum and maximum number of arguments
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
HEADS = frozenset(_ARITIES) | frozenset(_CONSTANTS.values()) | _NAMES | {"Integer", "Rational", "Float"}
LONG_NUMBER, LARGE_NUMBER = "a number that does not fit in 64 bits", "a decimal number that is too large"
TOO_LARGE = f"an expression with more than {MAX_NODES} parts or {MAX_DEPTH} levels of nesting"


@dataclass(frozen=True)
class Expression:
    """A node of an expression tree: a head with arguments or, for a leaf, a value."""

    head: str
    args: tuple[Expression, ...] = ()
    value: str | int | float | Fraction | None = None

    def walk(self) -> Iterator[Expression]:
        """Yields every node, starting from the root."""
        yield self
        for arg in self.args:
            yield from arg.walk()

    def has(self, *heads: str) -> bool:
        """Returns whether any of these heads occurs in the tree."""
        return any(node.head in heads for node in self.walk())

    def names(self) -> frozenset[str]:
        """Returns the names of all symbols and indexed quantities, including bound ones."""
        return frozenset(str(node.value) for node in self.walk() if node.head in ("Symbol", "IndexedBase"))


def from_sympy(value: Any) -> Expression:
    """Converts a trusted SymPy expression, for example the loss that a derivation starts from, to a tree."""
    return decode(encode(value))


# -- encoding, in the student's process ----------------------------------------------------------------


def is_sympy(value: Any) -> bool:
    """Returns whether ``value`` is a SymPy expression; False where SymPy was never imported."""
    sympy = sys.modules.get("sympy")
    return sympy is not None and isinstance(value, sympy.Basic)


def encode(value: Any) -> list[Any]:
    """Encodes an expression as nested lists ``[head, ...]``; one that is too large becomes a single ``Other``."""
    try:
        return _encode(value, [MAX_NODES], 0)
    except OverflowError:
        return ["Other", TOO_LARGE]


def _encode(value: Any, nodes_left: list[int], depth: int) -> list[Any]:
    nodes_left[0] -= 1
    if nodes_left[0] < 0 or depth > MAX_DEPTH:
        raise OverflowError
    head, args = type(value).__name__, value.args
    if len(args) > MAX_NODES:
        raise OverflowError
    if head in _ARITIES and _has_valid_arity(head, len(args)):
        return [head, *(_encode(arg, nodes_left, depth + 1) for arg in args)]
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
            return ["Other", LONG_NUMBER]
        return ["Integer", p] if q == 1 else ["Rational", p, q]
    if isinstance(value, sympy.Float):
        return ["Float", float(value)] if math.isfinite(value) else ["Other", LARGE_NUMBER]
    return ["Other", head[:_MAX_NAME]]


def _has_valid_arity(head: str, count: int) -> bool:
    minimum, maximum = _ARITIES[head]
    return minimum <= count <= maximum


# -- decoding, in the trusted process ------------------------------------------------------------------


def decode(node: Any) -> Expression:
    """Decodes nested lists from the student's process; raises WireError for anything outside the table."""
    return _decode(node, [MAX_NODES], 0)


def _decode(node: Any, nodes_left: list[int], depth: int) -> Expression:
    nodes_left[0] -= 1
    if nodes_left[0] < 0 or depth > MAX_DEPTH:
        raise WireError("an expression is too large")
    if not isinstance(node, list) or not node or not isinstance(node[0], str):
        raise WireError("an expression contains a node without a head")
    head, rest = node[0], node[1:]
    if head in _ARITIES and _has_valid_arity(head, len(rest)):
        return Expression(head, tuple(_decode(item, nodes_left, depth + 1) for item in rest))
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
    raise WireError("an expression contains a head outside the table, or one with the wrong arguments")


def _printable(name: str) -> str:
    return "".join(c if c.isprintable() and c not in "`<>&" else "?" for c in name)
