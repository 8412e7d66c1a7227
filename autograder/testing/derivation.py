"""Checks a derivation line by line: a list of SymPy expressions, each equal to the one above it.

A file of hidden tests describes the derivation once, and each test asserts one thing about it::

    a, yhat, k = IndexedBase("a"), IndexedBase("yhat"), Symbol("k")
    total = exp(a[1]) + exp(a[2])
    DERIVATION = Derivation(
        start=Derivative(-log(exp(a[2]) / total), a[1]),
        points=lambda rng: [{"a": {1: rng.uniform(-2, 2), 2: rng.uniform(-2, 2)}} for _ in range(3)],
        where={yhat[k]: exp(a[k]) / total},
    )

    def test_every_line_follows(student, rng):
        '''Every line equals the one above it.'''
        DERIVATION.read(student["lines"], rng).assert_follows()

Lines are equal when their values agree at every point, to 30 of 50 digits. That is not a proof, but that two different
expressions of this kind agree at a random point is practically impossible; and unlike ``simplify`` in a computer
algebra system, it never rejects a line because it is written in an unexpected way.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from autograder.protocol.expressions import HEADS, RELATIONS, Expression, from_sympy
from autograder.results.disclosure import count_bits
from autograder.results.failure import Failure
from autograder.testing import hyperdual
from autograder.testing.compare import describe, fail
from autograder.testing.evaluate import Budget, Definition, Evaluator, Point
from autograder.testing.hyperdual import NoValue, Unreadable

MAX_LINES = 60
STEPS = 40_000
"""The most nodes to visit over all lines and points; six lines about sums take three thousand, in 15 ms."""

ARITHMETIC = frozenset({"Add", "Mul", "Pow", "Integer", "Rational", "Float", "Symbol", "Indexed", "IndexedBase"})
"""The heads of a formula without functions, sums or derivatives."""

_WORD_BITS, _VALUE_BITS = 6, 26
"""Of a line's number or a name in a message, and of a value: six digits, a sign and one of thirty powers of ten."""

# Values are of order one and have 50 digits; cancellation in a reasonable line costs a few of them, never twenty.
_TOLERANCE = hyperdual.exact(10) ** -30


class Derivation:
    """A derivation to check: what it starts from, at which points it is evaluated, and what its symbols mean.

    ``points(rng)`` returns the points: a number for a symbol, ``{1: ..., 2: ...}`` for an indexed quantity; Fractions
    are exact. ``where`` defines further symbols, ``{yhat[k]: exp(a[k]) / ...}``. ``called`` names the start in
    messages, which show it and the points to the student. ``at_least`` is the smallest number of lines.
    """

    def __init__(
        self,
        start: Any,
        points: Callable[[np.random.Generator], Sequence[Point]],
        *,
        where: Mapping[Any, Any] | None = None,
        called: str = "the given expression",
        at_least: int = 3,
    ) -> None:
        self.start, self.points, self.called, self.at_least = from_sympy(start), points, called, at_least
        self._read: WeakKeyDictionary[Any, dict[str, Lines]] = WeakKeyDictionary()
        self.where = dict(_definition(key, body) for key, body in (where or {}).items())

    def of(self, student: Any, name: str, rng: np.random.Generator) -> Lines:
        """Reads the lines in the student's variable ``name``, once for all tests, which thus use the same points.

        The points come from the ``rng`` of the first test; raises as :meth:`read` does.
        """
        lines = self._read.setdefault(student, {})
        if name not in lines:
            lines[name] = self.read(student[name], rng)
        return lines[name]

    def read(self, value: Any, rng: np.random.Generator) -> Lines:
        """Reads a student's lines, to be evaluated at points drawn from ``rng``; fails when they are unreadable."""
        if isinstance(value, Expression):
            hint = "Put the lines into a list, in order: [line 1, line 2, ...]."
            raise Failure("you wrote a single expression", hint, stopped="unusable")
        if not isinstance(value, list | tuple):
            raise Failure(f"you wrote {describe(value)}; it should be a list of SymPy expressions", stopped="unusable")
        if not 1 <= len(value) <= MAX_LINES:
            reason = f"the derivation has {len(value)} lines; it should have {self.at_least} to {MAX_LINES}"
            raise Failure(reason, stopped="unusable")
        return Lines(self, [_line(number, line) for number, line in enumerate(value, 1)], self.points(rng))


class Lines:
    """A student's derivation; each method makes one assertion and fails with the first line that violates it."""

    def __init__(self, derivation: Derivation, lines: list[Expression], points: Sequence[Point]) -> None:
        self.lines, self._derivation = lines, derivation
        self._points, self._budget = points, Budget(STEPS)
        self._names = {*derivation.start.names(), *derivation.where, *(name for point in points for name in point)}
        """The names that messages may repeat from a student's line; others could be chosen to carry a hidden input."""
        self._values: dict[tuple[int, int], Any] = {}

    def assert_starts(self, like: Callable[[Expression], bool] = lambda line: True, *, hint: str = "") -> None:
        """Fails unless line 1 equals the start and is ``like`` it in form, so that no step has been taken yet."""
        if self.lines[0] == self._derivation.start:
            return
        self._assert_equal(0, 1)
        if not like(self.lines[0]):
            fail("line 1 is already a step beyond the start of the derivation", hint)

    def assert_follows(self, *, first_half: bool = False) -> None:
        """Fails with the first line, of all or of the first half, that is not equal to the one above it."""
        self._assert_is_derivation()
        count = math.ceil(len(self.lines) / 2) if first_half else len(self.lines)
        for number in range(2, count + 1):
            self._assert_equal(number - 1, number)

    def assert_passes(self, milestone: Callable[[Expression], bool], missing: str, *, hint: str = "") -> None:
        """Fails with ``missing`` unless a line between the first and the last is a ``milestone``."""
        self._assert_is_derivation()
        if not any(milestone(line) for line in self.lines[1:-1]):
            fail(missing, hint)

    def assert_ends(self, names: Iterable[str], heads: Iterable[str] = ARITHMETIC) -> None:
        """Fails unless the last line equals the start and is written with only these names and heads."""
        last, names = self.lines[-1], set(names)
        for word in sorted({node.head for node in last.walk()} - set(heads)) + sorted(last.names() - names):
            hint = f"It should be written with {' and '.join(sorted(names))} alone."
            shown = f"`{word}`" if word in HEADS | self._names else "a name that this question does not define"
            raise Failure(f"line {len(self.lines)}, the last, still contains {shown}", hint, bits=2 * _WORD_BITS)
        self._assert_equal(0, len(self.lines))

    def assert_no_repeats(self) -> None:
        """Fails with the first line that is the same, structurally, as the one above it."""
        self._assert_is_derivation()
        for number, (above, line) in enumerate(zip(self.lines, self.lines[1:], strict=False), 2):
            if above == line:
                fail(f"line {number} repeats line {number - 1}", "SymPy writes both in the same way; leave one out.")

    def _assert_is_derivation(self) -> None:
        """Fails unless line 1 equals the start and there are enough lines; other lists are no derivations."""
        if len(self.lines) < self._derivation.at_least:
            reason = f"the derivation has {len(self.lines)} lines; it should have at least {self._derivation.at_least}"
            raise Failure(reason, "Write down each step.", stopped="unusable")
        self._assert_equal(0, 1)

    def _assert_equal(self, above: int, number: int) -> None:
        """Fails unless line ``number`` equals line ``above``, which is the start when it is 0."""
        verb = "does not follow from" if above else "is not equal to"
        for place, point in enumerate(self._points):
            expected, actual = self._value(above, place), self._value(number, place)
            if abs(actual - expected) > _TOLERANCE * max(1, abs(expected), abs(actual)):
                left, right = _show_value(expected), _show_value(actual)
                difference = f"is {right}" if left != right else "differs from it after the sixth digit"
                reason = f"line {number} {verb} {self._name(above)}: at {_show(point)}, "
                reason += f"{self._name(above)} is {left} and line {number} {difference}"
                raise Failure(reason, bits=_WORD_BITS + math.log2(len(self._points)) + 2 * _VALUE_BITS)

    def _name(self, number: int) -> str:
        return f"line {number}" if number else self._derivation.called

    def _value(self, number: int, place: int) -> Any:
        """Returns the value of a line (0 for the start) at a point; fails when it has none."""
        if (number, place) not in self._values:
            tree = self.lines[number - 1] if number else self._derivation.start
            self._values[number, place] = self._evaluate(tree, self._name(number), self._points[place])
        return self._values[number, place]

    def _evaluate(self, tree: Expression, name: str, point: Point) -> Any:
        try:
            return Evaluator(point, self._derivation.where, self._budget, self._names).value(tree)
        except Unreadable as error:
            where = f", at {_show(point)}" if isinstance(error, NoValue) else ""
            raise Failure(f"{name} {error}{where}", bits=2 * _WORD_BITS + count_bits(str(error))) from None


def _definition(key: Any, body: Any) -> tuple[str, Definition]:
    """Splits ``yhat[k]: ...`` into the name, its parameters and the tree."""
    head = from_sympy(key)
    if head.head == "Symbol":
        return str(head.value), ((), from_sympy(body))
    base, *parameters = head.args
    return str(base.value), (tuple(str(parameter.value) for parameter in parameters), from_sympy(body))


def _line(number: int, value: Any) -> Expression:
    if type(value) is int and abs(value) < 2**63:
        return Expression("Integer", value=value)
    if not isinstance(value, Expression):
        fail(f"line {number} is {describe(value)}; it should be a SymPy expression")
    if value.head in RELATIONS:
        fail(f"line {number} is an equation", "Write only its right-hand side: each line equals the one above anyway.")
    return value


def _show(point: Point) -> str:
    """Formats a point for a message: ``C = 3, a = (0.7, -1.3, 0.4)``."""
    return ", ".join(
        f"{name} = ({', '.join(f'{float(number):g}' for number in value.values())})"
        if isinstance(value, Mapping)
        else f"{name} = {float(value):g}"
        for name, value in point.items()
    )


def _show_value(number: Any) -> str:
    """Formats a value with six digits; of one that is very large or very small, only that."""
    if not number or 1e-15 < abs(number) < 1e15:
        return hyperdual.show(number, 6)
    return "larger than 1e+15 in size" if abs(number) > 1 else "smaller than 1e-15 in size"
