"""Checks a derivation line by line: evaluates each line at random points, and names the first that does not follow.

``check_lines(label_class, question=1)`` prints what it finds. Nothing is simplified, and nothing is compared with a
solution: two lines are equal if they have the same value, to 30 digits, at every point. The grader does the same at
points of its own, and also tests what this file does not: the start, the two milestones and the end.
"""

import random

from sympy import Derivative, Expr, Float, Indexed, IndexedBase, Integer, Rational, Sum, Symbol, diff, exp, sympify

DIGITS = 50
TOLERANCE = Float("1e-30", DIGITS)


class NoValue(Exception):
    """A line has no value at a point; the text says why."""


class Point:
    """Numbers for a[1], ..., a[C] and y[1], ..., y[C] and, in Question 2, for C and i."""

    def __init__(self, scores, labels, letters):
        self.scores, self.labels, self.letters = scores, labels, letters
        self.symbols = {n: Symbol(f"a{n}", real=True) for n in scores}

    def __str__(self):
        return ", ".join(
            [f"{name} = {value}" for name, value in self.letters.items()]
            + [f"a[{n}] = {float(score):g}" for n, score in self.scores.items()]
            + [f"y[{n}] = {float(label):g}" for n, label in self.labels.items()]
        )

    def value(self, line):
        """The value of a line, to 50 digits; raises NoValue if it has none."""
        if not isinstance(line, (Expr, int)):
            raise NoValue(
                f"is of the type {type(line).__name__}; write a SymPy expression, and only the right-hand side"
            )
        tree = self.put_in(sympify(line), self.letters)
        number = tree.xreplace({self.symbols[n]: score for n, score in self.scores.items()}).evalf(DIGITS)
        if not (number.is_Float or number.is_Rational) or not number.is_finite:
            raise NoValue(f"is {number} there, which is not a number")
        return number

    def put_in(self, node, letters):
        """The expression with all sums written out, derivatives taken, and numbers for all letters but the scores."""
        if isinstance(node, Indexed):
            return self.look_up(str(node.base), [self.put_in(index, letters) for index in node.indices])
        if isinstance(node, Sum):
            return self.write_out(node.function, node.limits, letters)
        if isinstance(node, Derivative):
            variables = [(self.put_in(variable, letters), count) for variable, count in node.variable_count]
            if not all(variable in self.symbols.values() for variable, _ in variables):
                raise NoValue("has a derivative with respect to something that is not a score a[...]")
            return diff(self.put_in(node.expr, letters), *variables)
        if isinstance(node, IndexedBase):
            raise NoValue(f"uses {node} without an index")
        if isinstance(node, Symbol):
            if node.name not in letters:
                raise NoValue(f"uses the letter {node.name}, which has no value outside a sum over {node.name}")
            return Integer(letters[node.name])
        return node.func(*(self.put_in(part, letters) for part in node.args)) if node.args else node

    def look_up(self, name, indices):
        """The meaning of a[n], y[n] or yhat[n]."""
        if name not in ("a", "y", "yhat") or len(indices) != 1 or indices[0] not in self.scores:
            raise NoValue(f"uses {name}{indices}, which does not exist")
        n = int(indices[0])
        if name == "yhat":
            return exp(self.symbols[n]) / sum(exp(score) for score in self.symbols.values())
        return self.symbols[n] if name == "a" else self.labels[n]

    def write_out(self, term, limits, letters):
        """The terms of a sum, added; the last limits belong to the outermost sum."""
        if not limits:
            return self.put_in(term, letters)
        *inner, (letter, *ends) = limits
        ends = [self.put_in(end, letters) for end in ends]
        if len(ends) != 2 or not all(end.is_Integer and abs(end) <= 100 for end in ends):
            raise NoValue("has a sum whose limits are not two numbers")
        numbers = range(int(ends[0]), int(ends[1]) + 1)
        return sum((self.write_out(term, inner, {**letters, letter.name: n}) for n in numbers), Integer(0))


def random_scores(rng, C):
    """Different scores with one decimal."""
    return {n: Rational(score, 10) for n, score in enumerate(rng.sample(range(-20, 21), C), 1)}


def three_classes(rng):
    """Three points for Question 1: three scores, and the label 2."""
    return [Point(random_scores(rng, 3), {1: Integer(0), 2: Integer(1), 3: Integer(0)}, {}) for _ in range(3)]


def any_number_of_classes(rng):
    """Four points for Question 2: several C and i, and soft labels that sum to 1."""
    points = []
    for C in (2, 3, 4, 5):
        shares = [rng.randint(1, 9) for _ in range(C)]
        labels = {n: Rational(share, sum(shares)) for n, share in enumerate(shares, 1)}
        points.append(Point(random_scores(rng, C), labels, {"C": C, "i": rng.randint(1, C)}))
    return points


POINTS = {1: three_classes, 2: any_number_of_classes}


def first_gap(lines, points):
    """What is wrong with the first line that has no value, or not the value of the line above; None if all agree."""
    above = []
    for number, line in enumerate(lines, 1):
        values = []
        for point in points:
            try:
                values.append(point.value(line))
            except NoValue as reason:
                return f"Line {number} {reason}.\nThe point: {point}"
        for point, upper, lower in zip(points, above, values):
            if abs(lower - upper) > TOLERANCE * max(1, abs(lower), abs(upper)):
                one, other = show_both(upper, lower)
                return (
                    f"Line {number} does not follow from line {number - 1}.\nThe point: {point}\n"
                    f"Line {number - 1} is {one} there, and line {number} is {other}."
                )
        above = values
    return None


def show_both(one, other):
    """Two different values with as many digits as it takes to tell them apart."""
    shown = [(str(one.evalf(digits)), str(other.evalf(digits))) for digits in (8, 25, DIGITS)]
    return next((pair for pair in shown if pair[0] != pair[1]), shown[-1])


def check_lines(lines, question, seed=None):
    """Says which line of a list is the first that does not follow from the one above it; another seed, other points."""
    if not isinstance(lines, (list, tuple)):
        print(f"This is of the type {type(lines).__name__}; a derivation is a list of lines.")
        return
    points = POINTS[question](random.Random(seed))
    gap = first_gap(lines, points)
    print(gap or f"Each of the {len(lines)} lines equals the one above it, at {len(points)} random points.")
