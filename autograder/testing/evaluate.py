"""Evaluates an expression at a point, to 50 digits and with exact derivatives.

The tree is evaluated as it is, without SymPy and without simplification. A ``Derivative`` is computed in forward mode
with hyperdual numbers, polynomials in infinitesimals ε₁, ε₂, ... with εᵢ² = 0: differentiating with respect to x adds
a new ε to x, and the coefficient of that ε in the result is the derivative. Derivatives may be nested.

The time that a hostile tree can take is bounded: every node visited costs one step of a budget, and the size of a
power, an exponential or a sum is checked before it is computed.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection, Mapping
from fractions import Fraction
from typing import Any

from autograder.protocol.expressions import CONNECTIVES, LARGE_NUMBER, LONG_NUMBER, RELATIONS, TOO_LARGE, Expression
from autograder.testing import hyperdual
from autograder.testing.hyperdual import MAX_ORDER, Hyperdual, NoValue, Unreadable

_UNREADABLE = frozenset({TOO_LARGE, LONG_NUMBER, LARGE_NUMBER})
_UNSUPPORTED = frozenset(
    "Abs ComplexInfinity Function Heaviside ImaginaryUnit Infinity Integral Limit Max Min NaN NegativeInfinity Product "
    "Subs acos asin atan cos cosh floor sign sin sinh tan tanh".split()
)
"""Classes of SymPy that messages may name."""

MAX_TERMS = 1000
_MAX_INDEX = 10**9

Number = int | float | Fraction
Point = Mapping[str, "Number | Mapping[int, Number]"]
Definition = tuple[tuple[str, ...], Expression]
_Key = tuple[Any, ...]

_COMPARE = {
    "==": operator.eq,
    "!=": operator.ne,
    "<=": operator.le,
    "<": operator.lt,
    ">=": operator.ge,
    ">": operator.gt,
}


class Budget:
    """The number of nodes that may still be visited, by all expressions that share the budget."""

    def __init__(self, steps: int) -> None:
        self.left = steps

    def spend(self) -> None:
        """Spends one step; raises Unreadable when none is left."""
        self.left -= 1
        if self.left < 0:
            raise Unreadable("takes too many steps to evaluate")


class Evaluator:
    """Evaluates expressions at one point; ``where`` defines further names by expressions, such as ŷ[k] = ...

    Messages repeat no names but ``names``, because a name may be chosen to carry a message of its own.
    """

    def __init__(
        self, point: Point, where: Mapping[str, Definition], budget: Budget, names: Collection[str] = ()
    ) -> None:
        self._values = dict(_flatten(point))
        self._known, self._names = set(point), {*point, *where, *names}
        self._where, self._budget = where, budget
        self._seeds: list[_Key] = []  # seed n is what the infinitesimal of bit n is added to

    def value(self, tree: Expression) -> Any:
        """Returns the value as an mpmath number; raises Unreadable or NoValue."""
        return self._evaluate(tree, {})[0]

    def _evaluate(self, tree: Expression, scope: Mapping[str, int]) -> Hyperdual:
        self._budget.spend()
        rule = _RULES.get(tree.head)
        if rule is None:
            raise Unreadable(self._why_unreadable(tree))
        number = rule(self, tree, scope)
        hyperdual.check_size(number)
        return number

    # -- leaves --------------------------------------------------------------------------------------

    def _number(self, tree: Expression, scope: Mapping[str, int]) -> Hyperdual:
        return {0: hyperdual.exact(tree.value)}

    def _constant(self, tree: Expression, scope: Mapping[str, int]) -> Hyperdual:
        return {0: hyperdual.E if tree.head == "Exp1" else hyperdual.PI}

    def _symbol(self, tree: Expression, scope: Mapping[str, int]) -> Hyperdual:
        if tree.value in scope:
            return {0: hyperdual.exact(scope[str(tree.value)])}
        return self._look_up((tree.value,))

    def _indexed(self, tree: Expression, scope: Mapping[str, int]) -> Hyperdual:
        return self._look_up(self._key(tree, scope))

    def _key(self, tree: Expression, scope: Mapping[str, int]) -> _Key:
        base, *indices = tree.args
        if base.head != "IndexedBase":
            raise Unreadable("puts an index on something that takes none")
        return (base.value, *(self._integer(index, scope) for index in indices))

    def _look_up(self, key: _Key) -> Hyperdual:
        name, *indices = key
        if name in self._where:
            parameters, body = self._where[name]
            if len(parameters) != len(indices):
                raise Unreadable(f"uses `{name}` with {len(indices)} indices instead of {len(parameters)}")
            return self._evaluate(body, dict(zip(parameters, indices, strict=True)))
        if name not in self._known:
            raise Unreadable(f"uses {self._show(name)}, which this question does not define")
        if key not in self._values:
            shown = indices if all(abs(index) < 100 for index in indices) else "[...]"
            raise NoValue(f"uses `{name}{shown or ''}`, which does not exist")
        return {0: self._values[key]} | {1 << n: hyperdual.ONE for n, seed in enumerate(self._seeds) if seed == key}

    def _integer(self, tree: Expression, scope: Mapping[str, int]) -> int:
        number = self._evaluate(tree, scope)[0]
        if abs(number) > _MAX_INDEX or number != int(number):
            raise NoValue("has an index or a limit that is not an integer or is too large")
        return int(number)

    # -- arithmetic ----------------------------------------------------------------------------------

    def _add(self, tree: Expression, scope: Mapping[str, int]) -> Hyperdual:
        return hyperdual.total(self._evaluate(arg, scope) for arg in tree.args)

    def _mul(self, tree: Expression, scope: Mapping[str, int]) -> Hyperdual:
        product: Hyperdual = {0: hyperdual.ONE}
        for arg in tree.args:
            product = hyperdual.times(product, self._evaluate(arg, scope))
        return product

    def _pow(self, tree: Expression, scope: Mapping[str, int]) -> Hyperdual:
        base, exponent = (self._evaluate(arg, scope) for arg in tree.args)
        if len(exponent) > 1:
            return hyperdual.exp(hyperdual.times(exponent, hyperdual.log(base)))
        return hyperdual.power(base, exponent[0])

    def _function(self, tree: Expression, scope: Mapping[str, int]) -> Hyperdual:
        argument = self._evaluate(tree.args[0], scope)
        return hyperdual.exp(argument) if tree.head == "exp" else hyperdual.log(argument)

    # -- sums, cases and derivatives -------------------------------------------------------------------

    def _sum(self, tree: Expression, scope: Mapping[str, int]) -> Hyperdual:
        body, *limits = tree.args
        return self._sum_over(body, limits, scope)

    def _sum_over(self, body: Expression, limits: list[Expression], scope: Mapping[str, int]) -> Hyperdual:
        if not limits:
            return self._evaluate(body, scope)
        if len(limits[-1].args) != 3 or limits[-1].args[0].head != "Symbol":
            raise Unreadable("has a sum without limits")
        variable, *ends = limits[-1].args
        low, high = (self._integer(end, scope) for end in ends)
        if not low - 1 <= high < low + MAX_TERMS:
            raise Unreadable(f"has a sum from {low} to {high}; a sum may have 0 to {MAX_TERMS:,} terms")
        name = str(variable.value)
        return hyperdual.total(self._sum_over(body, limits[:-1], {**scope, name: n}) for n in range(low, high + 1))

    def _delta(self, tree: Expression, scope: Mapping[str, int]) -> Hyperdual:
        i, j = (self._integer(arg, scope) for arg in tree.args)
        return {0: hyperdual.ONE if i == j else hyperdual.ZERO}

    def _piecewise(self, tree: Expression, scope: Mapping[str, int]) -> Hyperdual:
        for pair in tree.args:
            if len(pair.args) != 2:
                raise Unreadable("has a Piecewise without conditions")
            if self._holds(pair.args[1], scope):
                return self._evaluate(pair.args[0], scope)
        raise NoValue("has a Piecewise with no case that applies")

    def _holds(self, tree: Expression, scope: Mapping[str, int]) -> bool:
        self._budget.spend()
        if tree.head in RELATIONS:
            left, right = (self._evaluate(arg, scope)[0] for arg in tree.args)
            return bool(_COMPARE[RELATIONS[tree.head]](left, right))
        if tree.head in CONNECTIVES:
            parts = [self._holds(arg, scope) for arg in tree.args]
            return not parts[0] if tree.head == "Not" else all(parts) if tree.head == "And" else any(parts)
        if tree.head not in ("true", "false"):
            raise Unreadable("has a condition that is neither true nor false")
        return tree.head == "true"

    def _derivative(self, tree: Expression, scope: Mapping[str, int]) -> Hyperdual:
        body, *variables = tree.args
        first = len(self._seeds)
        for variable in variables:
            self._seed(variable, scope)
        number = self._evaluate(body, scope)
        seeded = (1 << len(self._seeds)) - (1 << first)
        del self._seeds[first:]
        return {0: hyperdual.ZERO} | {bits & ~seeded: part for bits, part in number.items() if bits & seeded == seeded}

    def _seed(self, variable: Expression, scope: Mapping[str, int]) -> None:
        target, count = variable.args if len(variable.args) == 2 else (variable, variable)
        if target.head not in ("Symbol", "Indexed") or count.head != "Integer":
            raise Unreadable("differentiates with respect to something that is not a variable")
        key = (target.value,) if target.head == "Symbol" else self._key(target, scope)
        if key[0] in scope or key not in self._values:
            raise Unreadable(f"differentiates with respect to {self._show(key[0])}, which is not a variable there")
        times = count.value if isinstance(count.value, int) else 0
        if not 0 <= times <= MAX_ORDER - len(self._seeds):
            raise Unreadable(f"differentiates more than {MAX_ORDER} times")
        self._seeds += [key] * times

    # -- messages ------------------------------------------------------------------------------------

    def _why_unreadable(self, tree: Expression) -> str:
        if tree.head == "Other":
            if tree.value in _UNREADABLE:
                return f"contains {tree.value}"
            shown = f"`{tree.value}`" if tree.value in _UNSUPPORTED else "something"
            return f"uses {shown}, which has no meaning here"
        if tree.head in RELATIONS:
            return "is or contains an equation; write expressions, each equal to the one above"
        if tree.head == "IndexedBase":
            return f"uses {self._show(tree.value)} without an index"
        return f"has a `{tree.head}` where a number should be"

    def _show(self, name: Any) -> str:
        return f"`{name}`" if name in self._names else "a name"


_RULES: dict[str, Callable[[Evaluator, Expression, Mapping[str, int]], Hyperdual]] = {
    "Integer": Evaluator._number,
    "Rational": Evaluator._number,
    "Float": Evaluator._number,
    "Exp1": Evaluator._constant,
    "Pi": Evaluator._constant,
    "Symbol": Evaluator._symbol,
    "Indexed": Evaluator._indexed,
    "Add": Evaluator._add,
    "Mul": Evaluator._mul,
    "Pow": Evaluator._pow,
    "exp": Evaluator._function,
    "log": Evaluator._function,
    "Sum": Evaluator._sum,
    "KroneckerDelta": Evaluator._delta,
    "Piecewise": Evaluator._piecewise,
    "Derivative": Evaluator._derivative,
}


def _flatten(point: Point) -> list[tuple[_Key, Any]]:
    return [
        pair
        for name, value in point.items()
        for pair in (
            [((name, index), hyperdual.exact(number)) for index, number in value.items()]
            if isinstance(value, Mapping)
            else [((name,), hyperdual.exact(value))]
        )
    ]
