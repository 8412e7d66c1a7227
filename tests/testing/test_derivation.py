"""Derivations: valid rewriting passes, one wrong step is found where it was made, and every verdict is in words."""

import gc
import random
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sympy import Derivative, Eq, IndexedBase, Integer, KroneckerDelta, Sum, exp, log, sin, symbols

from autograder import Derivation, Failure
from autograder.protocol.expressions import Expression, from_sympy
from autograder.testing.derivation import MAX_LINES, Lines

a, y, yhat = IndexedBase("a"), IndexedBase("y"), IndexedBase("yhat")
i, j, k, C = symbols("i j k C", integer=True)
TOTAL = exp(a[1]) + exp(a[2]) + exp(a[3])
START = Derivative(-log(exp(a[2]) / TOTAL), a[1])


def points(rng: np.random.Generator) -> list[dict[str, Any]]:
    return [{"a": {n: rng.integers(-20, 21) / 10 for n in (1, 2, 3)}, "y": {1: 0, 2: 1, 3: 0}} for _ in range(3)]


DERIVATION = Derivation(START, points, where={yhat[k]: exp(a[k]) / TOTAL}, called="the derivative", at_least=4)
GOOD = [
    START,
    Derivative(log(TOTAL) - a[2], a[1]),
    Derivative(log(TOTAL), a[1]),
    Derivative(TOTAL, a[1]) / TOTAL,
    exp(a[1]) / TOTAL,
    yhat[1],
]


def read(lines: Any, derivation: Derivation = DERIVATION) -> Lines:
    """The lines as they arrive."""
    value = [from_sympy(line) if isinstance(line, sympy.Basic) else line for line in lines]
    return derivation.read(value, np.random.default_rng(5))


def assert_all(lines: Lines) -> None:
    lines.assert_starts()
    lines.assert_follows()
    lines.assert_ends({"yhat"})
    lines.assert_no_repeats()


def reason(check: Any, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(Failure) as caught:
        check(*args, **kwargs)
    return caught.value.reason


def test_a_right_derivation_keeps_every_hidden_test() -> None:
    lines = read(GOOD)
    assert_all(lines)
    lines.assert_passes(lambda line: line.has("exp") and not line.has("Derivative"), "never differentiated")


def test_the_first_wrong_line_is_named_with_both_values() -> None:
    wrong = [*GOOD[:2], Derivative(-log(TOTAL), a[1]), -GOOD[3], -GOOD[4], -GOOD[5]]
    message = reason(read(wrong).assert_follows)
    assert message.startswith("line 3 does not follow from line 2: at a = (")
    left, right = (part.split(" is ")[1] for part in message.split(", line 2")[1].split(" and line 3"))
    assert float(left) == -float(right)


def test_the_first_half_counts_lines_from_the_top() -> None:
    wrong = [*GOOD[:3], 2 * GOOD[3], 2 * GOOD[4], 2 * GOOD[5]]
    read(wrong).assert_follows(first_half=True)
    assert reason(read(wrong).assert_follows).startswith("line 4 does not follow from line 3")


def test_line_one_follows_from_the_given_expression() -> None:
    assert "line 1 is not equal to the derivative" in reason(read([-line for line in GOOD]).assert_follows)
    assert "line 1 is not equal to the derivative" in reason(read([-line for line in GOOD]).assert_starts)


def test_the_start_may_be_written_differently_but_not_worked_out() -> None:
    read([-Derivative(log(exp(a[2]) / TOTAL), a[1]), *GOOD[1:]]).assert_starts(lambda line: line.has("Derivative"))
    assert "a step beyond" in reason(read(GOOD[4:]).assert_starts, lambda line: line.has("Derivative"))


def test_a_jump_is_not_a_derivation() -> None:
    jump = read([GOOD[0], GOOD[-1]])
    for check in (jump.assert_follows, jump.assert_no_repeats, lambda: jump.assert_passes(lambda line: True, "")):
        assert "2 lines" in reason(check)


def test_lines_that_start_elsewhere_have_neither_milestones_nor_an_order() -> None:
    elsewhere = read([exp(a[1]) + n for n in range(5)])
    for check in (elsewhere.assert_no_repeats, lambda: elsewhere.assert_passes(lambda line: True, "")):
        assert "line 1 is not equal to the derivative" in reason(check)


def test_milestones_are_looked_for_between_the_first_line_and_the_last() -> None:
    assert reason(read(GOOD).assert_passes, lambda line: line == from_sympy(START), "missing") == "missing"


def test_the_last_line_keeps_to_its_names_and_heads() -> None:
    assert "line 5, the last, still contains `exp`" in reason(read(GOOD[:5]).assert_ends, {"yhat"})
    assert "`y`" in reason(read([*GOOD, yhat[1] - y[1]]).assert_ends, {"yhat"})
    read([*GOOD, yhat[1] - y[1]]).assert_ends({"yhat", "y"})
    assert "is not equal to the derivative" in reason(read([*GOOD, yhat[3]]).assert_ends, {"yhat"})


def test_a_repeated_line_is_named() -> None:
    assert reason(read([*GOOD[:3], *GOOD[2:]]).assert_no_repeats) == "line 4 repeats line 3"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (sin(a[1]), "line 3 uses `sin`, which has no meaning here"),
        (symbols("q"), "line 3 uses a name, which this question does not define"),
        (1 / (a[1] - a[1] + KroneckerDelta(1, 2)), "line 3"),
        (log(-exp(a[1])), "line 3 takes the logarithm of a number that is not positive, at a = ("),
        (a[4], "line 3 uses `a[4]`, which does not exist, at a = ("),
        (Sum(exp(a[k]), (k, 1, 10**9)), "line 3 has a sum from 1 to 1000000000"),
    ],
)
def test_a_line_that_cannot_be_evaluated_is_named(line: sympy.Basic, words: str) -> None:
    message = reason(lambda: read([*GOOD[:2], line, *GOOD[3:]]).assert_follows())
    assert message.startswith(words)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "you wrote None"),
        ("lines", "you wrote a string"),
        (from_sympy(START), "a single expression"),
        ([], "0 lines"),
        ([from_sympy(START)] * (MAX_LINES + 1), f"{MAX_LINES + 1} lines"),
        ([from_sympy(START), "x"], "line 2 is a string"),
        ([from_sympy(START), None], "line 2 is None"),
        ([0.5], "line 1 is a float"),
        ([True], "line 1 is a bool"),
        ([2**70], "line 1 is an int"),
        ([from_sympy(Eq(a[1], 1))], "line 1 is an equation"),
    ],
)
def test_what_is_not_a_list_of_expressions_is_refused_in_words(value: Any, words: str) -> None:
    message = reason(DERIVATION.read, value, np.random.default_rng(0))
    assert words in message


def test_an_integer_is_a_line() -> None:
    lines = Derivation(Derivative(2 * a[1], a[1]), points, at_least=2).read(
        [from_sympy(Derivative(2 * a[1], a[1])), 2], np.random.default_rng(0)
    )
    lines.assert_follows()


def test_sixty_lines_at_the_edge_of_the_budget_still_end_in_time() -> None:
    heavy = Sum(Sum(exp(a[1]), (j, 1, 40)), (k, 1, 40)) / 1600
    derivation = Derivation(exp(a[1]), points)
    assert "too many steps" in reason(read([heavy + n - n for n in range(60)], derivation).assert_follows)


def test_a_close_wrong_value_is_said_to_be_close() -> None:
    message = reason(read([*GOOD[:5], yhat[1] + Integer(1) / 10**10]).assert_follows)
    assert message.endswith("and line 6 differs from it after the sixth digit")


@pytest.mark.parametrize(("power", "said"), [(40, "larger than 1e+15 in size"), (-40, "smaller than 1e-15 in size")])
def test_a_value_that_is_very_large_or_small_is_not_spelled_out(power: int, said: str) -> None:
    message = reason(read([*GOOD[:5], yhat[1] * exp(power)]).assert_follows)
    assert message.endswith(f"and line 6 is {said}")


FOREIGN = "x31337"


@pytest.mark.parametrize(
    "line",
    [
        symbols(FOREIGN),
        IndexedBase(FOREIGN)[1],
        IndexedBase(FOREIGN),
        Derivative(symbols(FOREIGN), symbols(FOREIGN)),
        sympy.Function(FOREIGN)(a[1]),
        a[31337],
        Expression("Other", value="31337 times"),
        Sum(symbols(FOREIGN), (symbols(FOREIGN), 1, 31337)),
    ],
    ids=repr,
)
def test_a_message_repeats_no_name_of_the_students(line: Any) -> None:
    line = line if isinstance(line, Expression) else from_sympy(line)
    lines = DERIVATION.read([*map(from_sympy, GOOD[:2]), line, *map(from_sympy, GOOD[3:])], np.random.default_rng(5))
    last = DERIVATION.read([*map(from_sympy, GOOD), line], np.random.default_rng(5))
    for check in (lines.assert_follows, lambda: last.assert_ends({"yhat"})):
        with pytest.raises(Failure) as caught:
            check()
        assert "31337" not in caught.value.reason.replace("sum from 1 to 31337", "")


# -- random derivations ------------------------------------------------------------------------------------

SOFT = Sum(exp(a[j]), (j, 1, C))
STARTS = [
    Derivative(log(exp(a[1]) + exp(a[2]) * a[3] ** 2), a[2]),
    Derivative(-log(exp(a[2]) / TOTAL), a[2]),
    (a[1] + a[2]) ** 3 / (a[3] ** 2 + 1) + exp(a[1]) * (exp(a[2]) + 2),
    Derivative(a[1] * exp(a[1] * a[2]), a[1]) * (a[3] + 1),
    Sum(a[k] ** 2 * exp(a[k]), (k, 1, 3)) * (a[1] + 1),
]
REWRITINGS: list[Any] = [
    sympy.expand,
    sympy.factor,
    sympy.together,
    sympy.powsimp,
    lambda e: e.doit(),
    lambda e: sympy.expand_log(e, force=True),
    lambda e: sympy.Add(e, a[1] * a[2], -a[1] * a[2], evaluate=False),
    lambda e: sympy.Mul(e, TOTAL, 1 / TOTAL, evaluate=False),
    lambda e: sympy.Mul(e, Sum(a[k] * KroneckerDelta(k, 2), (k, 1, 3)), 1 / a[2], evaluate=False),
]


def rewritten(lines: list[Any], choose: random.Random, count: int) -> list[Any]:
    """The lines continued by random valid rewriting, each different from the one before."""
    tries = 0
    while len(lines) < count and (tries := tries + 1) < 30:
        line = choose.choice(REWRITINGS)(lines[-1])
        if line != lines[-1] and not from_sympy(line).has("Other"):
            lines = [*lines, line]
    return lines


def slips(line: sympy.Expr, choose: random.Random) -> sympy.Expr:
    """The line with one mistake of the kinds people make: a sign, a lost term, an index, a factor."""
    return choose.choice(
        [
            lambda e: -e,
            lambda e: e + 1,
            lambda e: e / 2,
            lambda e: e.subs(a[1], a[3]),
            lambda e: e.replace(lambda part: part == exp(a[2]), lambda part: exp(-a[2])),
            lambda e: sympy.Add(*e.args[1:]) if e.is_Add else e - a[2],
        ]
    )(line)


def number(line: sympy.Expr) -> float:
    """SymPy's own opinion of a line, at one point."""
    return float(sympy.N(line.doit().subs({a[1]: 0.3, a[2]: -1.1, a[3]: 0.7}), 20))


@given(st.sampled_from(STARTS), st.integers(0, 2**32))
@settings(max_examples=25, deadline=None)
def test_valid_rewriting_passes(start: sympy.Expr, seed: int) -> None:
    lines = rewritten([start], random.Random(seed), 5)
    derivation = Derivation(start, positive_points)
    checked = read(lines, derivation)
    checked.assert_starts()
    assume(len(lines) >= 3)
    checked.assert_follows()
    checked.assert_no_repeats()


@given(st.sampled_from(STARTS), st.integers(0, 2**32), st.integers(1, 3))
@settings(max_examples=25, deadline=None)
def test_one_wrong_step_is_found_where_it_was_made(start: sympy.Expr, seed: int, at: int) -> None:
    choose = random.Random(seed)
    lines = rewritten([start], choose, at)
    wrong = slips(lines[-1], choose)
    assume(abs(number(wrong) - number(lines[-1])) > 1e-9)
    wrong_at = len(lines) + 1
    lines = rewritten([*lines, wrong], choose, wrong_at + 2)
    assume(len(lines) >= 3)
    message = reason(read(lines, Derivation(start, positive_points)).assert_follows)
    assert message.startswith(f"line {wrong_at} does not follow from line {wrong_at - 1}:")


def positive_points(rng: np.random.Generator) -> list[dict[str, Any]]:
    return [{"a": {n: Fraction(int(rng.integers(1, 30)), 10) for n in (1, 2, 3)}} for _ in range(3)]


def test_sums_over_any_number_of_classes() -> None:
    loss = -Sum(y[k] * log(exp(a[k]) / SOFT), (k, 1, C))

    def somewhere(rng: np.random.Generator) -> list[dict[str, Any]]:
        return [{"C": 2, "i": 1, "a": {1: 0.5, 2: -1}, "y": {1: Fraction(1, 3), 2: Fraction(2, 3)}}]

    derivation = Derivation(Derivative(loss, a[i]), somewhere, where={yhat[k]: exp(a[k]) / SOFT})
    lines = [
        Derivative(loss, a[i]),
        Derivative(Sum(y[k] * (log(SOFT) - a[k]), (k, 1, C)), a[i]),
        Sum(y[k] * (exp(a[i]) / SOFT - KroneckerDelta(i, k)), (k, 1, C)),
        yhat[i] - y[i],
    ]
    checked = read(lines, derivation)
    checked.assert_follows()
    checked.assert_ends({"yhat", "y", "i"})
    assert "C = 2, i = 1, a = (0.5, -1)" in reason(read([*lines, yhat[i]], derivation).assert_follows)


def test_a_tree_made_by_hand_needs_no_sympy() -> None:
    one = Expression("Integer", value=1)
    lines = Derivation(Integer(2), points, at_least=1).read([Expression("Add", (one, one))], np.random.default_rng(0))
    lines.assert_follows()


class Changeable:
    """A student whose variable is something else whenever it is read."""

    def __init__(self) -> None:
        self.reads = 0

    def __getitem__(self, name: str) -> Any:
        self.reads += 1
        return GOOD_LINES if self.reads == 1 else []


GOOD_LINES = [from_sympy(line) for line in GOOD]


def test_a_students_lines_are_read_once_for_all_hidden_tests() -> None:
    student = Changeable()
    first = DERIVATION.of(student, "lines", np.random.default_rng(5))
    first.assert_follows()
    assert DERIVATION.of(student, "lines", np.random.default_rng(6)) is first
    assert student.reads == 1
    assert DERIVATION.of(Changeable(), "lines", np.random.default_rng(5)) is not first


def test_the_lines_of_a_student_who_is_gone_are_forgotten() -> None:
    student = Changeable()
    DERIVATION.of(student, "lines", np.random.default_rng(5))
    before = len(DERIVATION._read)
    del student
    gc.collect()
    assert len(DERIVATION._read) == before - 1
