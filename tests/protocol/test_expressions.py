"""Expressions: what SymPy holds arrives as a tree of known heads, and nothing else does."""

from fractions import Fraction
from typing import Any

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st
from sympy import Derivative, Eq, Idx, IndexedBase, KroneckerDelta, Piecewise, Rational, Sum, Symbol, exp, log, pi, sin
from sympy.functions.elementary.piecewise import ExprCondPair

from autograder.errors import WireError
from autograder.protocol.expressions import MAX_DEPTH, MAX_NODES, TOO_LARGE, Expression, decode, encode, from_sympy
from autograder.protocol.values import Decoder, Encoder

a, x, k = IndexedBase("a"), Symbol("x"), Symbol("k", integer=True)


def across(value: object) -> Any:
    """The value after a trip over the wire."""

    def refuse(*args: object) -> Any:
        raise AssertionError(args)

    encoder = Encoder(refuse)
    node = encoder.encode(value)
    return Decoder(memoryview(b"".join(encoder.blobs)), refuse).decode(node)


def rebuilt(tree: Expression) -> sympy.Basic:
    """The SymPy expression of a tree: the inverse of ``from_sympy``, for these tests alone."""
    if tree.args:
        return getattr(sympy, tree.head, ExprCondPair)(*map(rebuilt, tree.args))
    leaves = {"Exp1": sympy.E, "Pi": pi, "true": sympy.true, "false": sympy.false}
    return leaves.get(tree.head) or getattr(sympy, tree.head)(*_parts(tree.value))


def _parts(value: object) -> tuple[object, ...]:
    return (value.numerator, value.denominator) if isinstance(value, Fraction) else (value,)


@pytest.mark.parametrize(
    "expression",
    [
        x + 1,
        -x / 3,
        x**2 * exp(-x) + sympy.E * pi,
        log(Sum(exp(a[Symbol("k")]), (Symbol("k"), 1, 3))),
        Derivative(log(x), x, x),
        KroneckerDelta(Symbol("i"), Symbol("j")),
        Piecewise((x, x > 0), (-x, True)),
        Sum(a[Symbol("i")] * a[Symbol("j")], (Symbol("i"), 1, Symbol("j")), (Symbol("j"), 1, 4)),
        sympy.Float(0.25) * x,
    ],
)
def test_the_tree_holds_everything_the_expression_says(expression: sympy.Basic) -> None:
    assert rebuilt(across(expression)) == expression


@given(st.integers(-(2**63), 2**63 - 1), st.integers(1, 2**62))
def test_rational_numbers_arrive_exactly(p: int, q: int) -> None:
    tree = across(Rational(p, q))
    assert Fraction(tree.value) == Fraction(p, q)


def test_expressions_travel_inside_lists_and_dicts() -> None:
    assert across({"lines": [x, (x + 1, None)]}) == {"lines": [from_sympy(x), (from_sympy(x + 1), None)]}


def test_assumptions_and_ranges_are_dropped() -> None:
    assert from_sympy(Symbol("x", positive=True)) == from_sympy(x)
    assert from_sympy(a[Idx("k", 3)]) == from_sympy(a[k])


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (sin(x), "sin"),
        (sympy.nan, "NaN"),
        (sympy.oo, "Infinity"),
        (sympy.I, "ImaginaryUnit"),
        (sympy.Integer(10) ** 30, "a number that does not fit in 64 bits"),
        (Rational(1, 10**30), "a number that does not fit in 64 bits"),
        (sympy.Float("1e1000"), "a decimal number that is too large"),
        (sympy.Function("f")(x), "f"),
        (sympy.Matrix([x]).as_immutable(), "ImmutableDenseMatrix"),
    ],
)
def test_what_is_outside_the_table_arrives_as_its_name(value: sympy.Basic, name: str) -> None:
    assert across(value) == Expression("Other", value=name)


def test_a_foreign_part_leaves_the_rest_readable() -> None:
    assert from_sympy(x + sin(x)).has("Other")
    assert from_sympy(x + sin(x)).names() == {"x"}


def test_an_expression_that_is_too_large_or_too_deep_is_named_not_sent() -> None:
    wide = sympy.Add(*(Symbol(f"x{n}") for n in range(MAX_NODES)))
    deep: Any = x
    for _ in range(MAX_DEPTH + 1):
        deep = exp(deep)
    shared = x
    for _ in range(50):  # fifty different nodes, 2**50 when written out
        shared = sympy.Add(sympy.exp(shared, evaluate=False), sympy.log(shared, evaluate=False), evaluate=False)
    for expression in (wide, deep, shared):
        assert across(expression) == Expression("Other", value=TOO_LARGE)


def nested(depth: int) -> list[Any]:
    """A node of that depth, as a forger would write it."""
    node: list[Any] = ["Symbol", "x"]
    for _ in range(depth):
        node = ["exp", node]
    return node


@pytest.mark.parametrize(
    "node",
    [
        [],
        ["Symbol"],
        ["Symbol", 3],
        ["Symbol", "x" * 1000],
        ["Integer", 1.0],
        ["Integer", True],
        ["Rational", 1, 0],
        ["Rational", 1, -2],
        ["Float", float("nan")],
        ["Float", float("inf")],
        ["exp"],
        ["Pow", ["Symbol", "x"]],
        ["Add", "x"],
        ["Add", None],
        ["__import__", ["Symbol", "os"]],
        [["Symbol", "x"]],
        nested(MAX_DEPTH + 1),
        ["Add", *[["Exp1"]] * MAX_NODES],
        ["Add", *[["Add", *[["Exp1"]] * 100]] * 100],
    ],
)
def test_a_forged_tree_is_refused(node: list[Any]) -> None:
    with pytest.raises(WireError):
        decode(node)


NODES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner | st.sampled_from(["Add", "Pow", "Symbol", "Integer", "Sum", "Tuple"]), max_size=4),
    max_leaves=30,
)


@given(NODES)
def test_any_node_is_read_or_refused(node: Any) -> None:
    try:
        tree = decode(node)
    except WireError:
        return
    assert decode(encode_again(tree)) == tree


def encode_again(tree: Expression) -> list[Any]:
    """The node of a tree."""
    if isinstance(tree.value, Fraction):
        return [tree.head, tree.value.numerator, tree.value.denominator]
    return [tree.head, *map(encode_again, tree.args), *([] if tree.value is None else [tree.value])]


def test_names_cannot_carry_control_characters_or_markup() -> None:
    assert decode(["Symbol", "a\x1b[2J<b>`"]).value == "a?[2J?b??"


def test_an_equation_is_an_expression_with_a_relation_on_top() -> None:
    assert from_sympy(Eq(x, k)).head == "Equality"
    assert encode(Eq(x, k))[0] == "Equality"
