"""Evaluation: SymPy's own values to 45 digits, derivatives without a step, and an end to every hostile tree."""

import time
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import mpmath
import pytest
import sympy
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sympy import Derivative, IndexedBase, KroneckerDelta, Mul, Piecewise, Pow, Rational, Sum, Symbol, exp, log, symbols

from autograder.protocol.expressions import MAX_NODES, Expression, from_sympy
from autograder.testing.evaluate import Budget, Evaluator
from autograder.testing.hyperdual import NoValue, Unreadable

a, b = IndexedBase("a"), IndexedBase("b")
x, y, i, j, k, C = symbols("x y i j k C")
POINT = {"x": Fraction(7, 10), "y": Fraction(13, 10), "C": 3, "i": 2, "a": {1: 0.5, 2: -1.25, 3: 2}}


def value(expression: Any, point: Mapping[str, Any] = POINT, where: Mapping[str, Any] | None = None) -> Any:
    """The value of an expression at a point."""
    tree = expression if isinstance(expression, Expression) else from_sympy(expression)
    return Evaluator(point, where or {}, Budget(100_000)).value(tree)


def agrees(actual: Any, expected: sympy.Expr) -> bool:
    """Whether SymPy's evaluation gives the same 45 digits."""
    with mpmath.workdps(60):
        difference = abs(mpmath.mpf(actual) - mpmath.mpf(sympy.N(expected, 60)))
        return bool(difference <= mpmath.mpf(10) ** -45 * max(1, abs(mpmath.mpf(actual))))


AT = {x: Rational(7, 10), y: Rational(13, 10)}
FORMULAS = st.recursive(
    st.sampled_from([x, y, x + y, sympy.Integer(2), Rational(-1, 3)]),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda pair: pair[0] + pair[1]),
        st.tuples(inner, inner).map(lambda pair: pair[0] * pair[1]),
        st.tuples(inner, st.sampled_from([2, 3, -1, -2])).map(lambda pair: pair[0] ** pair[1]),
        inner.map(lambda f: exp(f / 4)),
        inner.map(lambda f: log(1 + f**2)),
        inner.map(lambda f: sympy.sqrt(1 + f**2)),
    ),
    max_leaves=6,
)


def is_ordinary(expression: sympy.Expr) -> bool:
    """Whether the expression has a value of ordinary size at the point."""
    number = sympy.N(expression.subs(AT), 20)
    return bool(number.is_real and number.is_finite and abs(number) < 10**12)


@given(FORMULAS)
@settings(max_examples=60, deadline=None)
def test_formulas_have_the_value_that_sympy_gives_them(formula: sympy.Expr) -> None:
    assume(is_ordinary(formula))
    assert agrees(value(formula), formula.subs(AT))


@given(FORMULAS, st.sampled_from([(x,), (x, x), (x, y), (x, y, x)]))
@settings(max_examples=60, deadline=None)
def test_derivatives_have_the_value_that_sympy_gives_them(formula: sympy.Expr, variables: tuple[sympy.Symbol]) -> None:
    derivative = sympy.diff(formula, *variables).subs(AT)
    assume(is_ordinary(formula) and is_ordinary(derivative))
    taken = Derivative(formula, *variables, evaluate=False)
    assert agrees(value(taken), derivative)


def test_a_derivative_inside_a_derivative_is_not_confused_with_it() -> None:
    inner = Derivative(x * y, y)  # is x; the product rule of the outer one must see that
    assert value(Derivative(x * inner, x)) == value(2 * x)
    assert value(Derivative(x * Derivative(x + y, y), x)) == 1


def test_sums_bind_their_variable_and_only_inside() -> None:
    assert value(Sum(k**2, (k, 1, 3)) + Sum(k, (k, 1, C))) == 20
    assert value(Sum(a[i], (i, 1, C))) == Fraction("1.25")  # the i of the point is another i
    assert value(Sum(x, (x, 1, 4))) == 10
    assert value(Sum(k, (k, 1, 0))) == 0
    assert value(Sum(i * j, (i, 1, j), (j, 1, 3))) == 1 + 6 + 18


def test_differentiating_by_an_entry_touches_that_entry_alone() -> None:
    total = Sum(exp(a[k]), (k, 1, C))
    assert agrees(value(Derivative(total, a[i])), exp(Rational(-5, 4)))
    assert value(Derivative(a[k], a[i]).subs(k, 3)) == 0
    assert value(Sum(Derivative(a[k], a[i]) * k, (k, 1, C))) == 2


def test_a_defined_name_depends_on_what_defines_it() -> None:
    where = {"b": (("k",), from_sympy(exp(a[k]) / Sum(exp(a[j]), (j, 1, C))))}
    p = value(b[2], where=where)
    assert agrees(value(Derivative(b[2], a[2]), where=where), sympy.Float(p * (1 - p), 60))
    assert agrees(value(Sum(b[j], (j, 1, C)), where=where), sympy.Integer(1))


def test_deltas_and_cases() -> None:
    assert value(Sum(KroneckerDelta(i, k) * a[k], (k, 1, C))) == Fraction("-1.25")
    assert value(Piecewise((x, x > 1), (y, (x < 1) & (i >= 1)), (0, True))) == value(y)
    assert value(Derivative(Piecewise((x**2, sympy.Eq(i, 2)), (0, True)), x)) == value(2 * x)


ten = sympy.Integer(10)
tower = Pow(ten, Pow(ten, ten, evaluate=False), evaluate=False)
ONE = Expression("Integer", value=1)
HOSTILE = [
    (tower, "too large"),
    (exp(exp(exp(exp(ten)))), "too large"),
    (Mul(*[exp(9999 + Symbol(f"x{n}") * 0) for n in range(3)]), "too large"),
    (Pow(Rational(1, 3), tower, evaluate=False), "too large"),
    (Pow(1 + x / 10**9, ten**9), "too large"),
    (Sum(k, (k, 1, 10**9)), "a sum may have 0 to"),
    (Sum(k, (k, 1, tower)), "too large"),
    (Sum(a[1], (i, 1, 999), (j, 1, 999), (k, 1, 999)), "too many steps"),
    (Sum(Sum(Sum(Derivative(x**2, x), (i, 1, 999)), (j, 1, 999)), (k, 1, 999)), "too many steps"),
    (Sum(k, (k, 1, Rational(5, 2))), "not an integer"),
    (Sum(k, (k, 5, 1)), "a sum from 5 to 1"),
    (Expression("Sum", (ONE, Expression("Tuple", (ONE,)))), "sum without limits"),
    (Derivative(x**9, (x, 8)), "more than 3 times"),
    (Derivative(Derivative(x**9, (x, 2)), x, x), "more than 3 times"),
    (Sum(Derivative(k**2, k), (k, 1, 3)), "not a variable"),
    (log(-x), "logarithm"),
    (1 / (x - Rational(7, 10)), "divides by zero"),
    ((x - 1) ** Rational(1, 2), "root of a negative"),
    (Derivative(sympy.sqrt(x - Rational(7, 10)), x), "no derivative"),
    (a[7], "does not exist"),
    (a[10**18], "not an integer or is too large"),
    (a[1, 2], "does not exist"),
    (Symbol("__import__"), "does not define"),
    (sympy.sin(x), "`sin`"),
    (sympy.nan, "`NaN`"),
    (sympy.Eq(x, y), "equation"),
    (sympy.Tuple(x, y), "`Tuple`"),
    (sympy.And(x > 0, y > 0), "`And`"),
    (Sum(*[sympy.Add(*[Symbol(f"x{n}") for n in range(MAX_NODES)]), (k, 1, 2)]), "more than"),
    (a, "`a` without an index"),
]


@pytest.mark.parametrize(("expression", "why"), HOSTILE, ids=[str(n) for n in range(len(HOSTILE))])
def test_a_hostile_expression_gets_a_clear_answer_at_once(expression: Any, why: str) -> None:
    start = time.monotonic()
    with pytest.raises(Unreadable, match=why):
        value(expression)
    assert time.monotonic() - start < 5  # 100,000 steps; a second on a quiet machine


def test_a_name_without_a_value_is_told_from_one_without_a_meaning() -> None:
    with pytest.raises(NoValue):
        value(log(-x))
    with pytest.raises(Unreadable) as caught:
        value(Symbol("q"))
    assert not isinstance(caught.value, NoValue)
