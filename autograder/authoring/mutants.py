"""Small systematic mistakes in the reference answers: what a hidden suite should catch.

A mutant changes one thing inside a solution region: an operator, a constant, an axis, a sign, the order of two
arguments, a dropped term, call, keyword or statement, a copy that is not made. The operators are our own: those of
cosmic-ray know neither arguments, keywords, statements nor array code and make eleven mutants of every ``+``, and
those of mutmut come with its own test runner. Each operator is a function from a node to its replacements.
"""

from __future__ import annotations

import ast
import copy
import difflib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_REGION = re.compile(r"^[ \t]*### BEGIN SOLUTION.*?### END SOLUTION", re.DOTALL | re.MULTILINE)

_BINARY: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Div,
    ast.Mod: ast.FloorDiv,
    ast.Pow: ast.Mult,
    ast.MatMult: ast.Mult,
}
_NOT_COMMUTATIVE = (ast.Sub, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.MatMult)
_COMPARE: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
_CONVERSIONS = {"float", "int", "bool", "tuple", "list", "set", "str"}
"""Calls whose result equals their argument as a value; without them the answer is rarely wrong."""


@dataclass(frozen=True)
class Mutant:
    """One changed answer."""

    answer: str
    was: str
    becomes: str
    source: str

    def diff(self, original: str) -> str:
        """What changed, as a unified diff without context."""
        lines = difflib.unified_diff(original.splitlines(), self.source.splitlines(), lineterm="", n=0)
        return "\n".join(line for line in lines if not line.startswith(("---", "+++", "@@")))


def mutants(answer: str, source: str) -> Iterator[Mutant]:
    """Every mutant of an answer cell; changes lie between the solution markers, and each is a different text."""
    tree = ast.parse(source)
    lines = _solution_lines(source)
    seen = {source}
    for node in ast.walk(tree):
        if getattr(node, "lineno", 0) not in lines:
            continue
        for replacement in _replacements(node):
            changed = _replaced(source, node, replacement)
            if changed not in seen and _parses(changed):
                seen.add(changed)
                yield Mutant(answer, *_changed_line(source, changed), changed)


def _solution_lines(source: str) -> set[int]:
    found: set[int] = set()
    for match in _REGION.finditer(source):
        first = source.count("\n", 0, match.start()) + 1
        found |= set(range(first, first + match.group().count("\n") + 1))
    return found


def _parses(source: str) -> bool:
    try:
        ast.parse(source)
    except SyntaxError:
        return False
    return True


def _replaced(source: str, node: ast.AST, replacement: str) -> str:
    """The source with the node's text replaced; positions are in UTF-8 bytes."""
    lines = source.encode().splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    assert isinstance(node, ast.expr | ast.stmt)
    start = starts[node.lineno - 1] + node.col_offset
    end = starts[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0)
    data = source.encode()
    return (data[:start] + replacement.encode() + data[end:]).decode()


def _changed_line(before: str, after: str) -> tuple[str, str]:
    """The first line that differs, as it was and as it is."""
    pairs = zip([*before.splitlines(), ""], [*after.splitlines(), ""], strict=False)
    old, new = next((old, new) for old, new in pairs if old != new)
    return old.strip(), new.strip()


# -- operators: a node in, texts out --------------------------------------------------------------------


def _replacements(node: ast.AST) -> Iterator[str]:
    for kind, operator in _OPERATORS:
        if isinstance(node, kind):
            for text in operator(node):
                yield f"({text})" if isinstance(node, ast.BinOp | ast.Compare | ast.BoolOp | ast.UnaryOp) else text


def _with(node: ast.AST, **changes: object) -> str:
    """The text of a copy of the node with some fields changed."""
    changed = copy.copy(node)
    for field, value in changes.items():
        setattr(changed, field, value)
    return ast.unparse(changed)


def _binary(node: ast.BinOp) -> Iterator[str]:
    """Another operator; the operands swapped; the second one dropped."""
    if type(node.op) in _BINARY:
        yield _with(node, op=_BINARY[type(node.op)]())
    if isinstance(node.op, _NOT_COMMUTATIVE):
        yield _with(node, left=node.right, right=node.left)
    yield ast.unparse(node.left)


def _compare(node: ast.Compare) -> Iterator[str]:
    """Another comparison, strict for not strict, or the other way round."""
    for other in _COMPARE.get(type(node.ops[0]), ()):
        yield _with(node, ops=[other(), *node.ops[1:]])


def _boolean(node: ast.BoolOp) -> Iterator[str]:
    """`and` for `or`; the last operand dropped."""
    yield _with(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
    yield _with(node, values=node.values[:-1]) if len(node.values) > 2 else ast.unparse(node.values[0])


def _unary(node: ast.UnaryOp) -> Iterator[str]:
    """The sign, or the `not`, dropped."""
    yield ast.unparse(node.operand)


def _constant(node: ast.Constant) -> Iterator[str]:
    """Off by one; twice as large; the other truth value. An axis is a constant, too."""
    value = node.value
    if isinstance(value, bool):
        yield str(not value)
    elif isinstance(value, int):
        yield repr(value + 1)
        yield f"({value - 1})"
    elif isinstance(value, float):
        yield repr(value * 2 if value else 1.0)


def _call(node: ast.Call) -> Iterator[str]:
    """Two arguments swapped; a keyword dropped; the call dropped; a copy not made."""
    if len(node.args) >= 2 and not any(isinstance(arg, ast.Starred) for arg in node.args[:2]):
        yield _with(node, args=[node.args[1], node.args[0], *node.args[2:]])
    for index in range(len(node.keywords)):
        yield _with(node, keywords=node.keywords[:index] + node.keywords[index + 1 :])
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    if isinstance(node.func, ast.Attribute) and not node.args and not node.keywords:
        yield ast.unparse(node.func.value)
    elif len(node.args) == 1 and name not in _CONVERSIONS and not isinstance(node.args[0], ast.Starred):
        yield f"({ast.unparse(node.args[0])})"
    if name == "range" and node.args and not isinstance(node.args[-1], ast.Constant):
        yield _with(node, args=[*node.args[:-1], ast.parse(f"{ast.unparse(node.args[-1])} - 1", mode="eval").body])


def _attribute(node: ast.Attribute) -> Iterator[str]:
    """A transpose dropped."""
    if node.attr == "T":
        yield ast.unparse(node.value)


def _set(node: ast.Set) -> Iterator[str]:
    """One element missing."""
    for index in range(len(node.elts) if len(node.elts) > 1 else 0):
        yield _with(node, elts=node.elts[:index] + node.elts[index + 1 :])


def _augmented(node: ast.AugAssign) -> Iterator[str]:
    """`-=` for `+=`; `=` for `+=`."""
    if type(node.op) in _BINARY:
        yield _with(node, op=_BINARY[type(node.op)]())
    yield f"{ast.unparse(node.target)} = {ast.unparse(node.value)}"


def _conditional(node: ast.IfExp) -> Iterator[str]:
    """Always one branch, always the other."""
    yield f"({ast.unparse(node.body)})"
    yield f"({ast.unparse(node.orelse)})"


def _return(node: ast.Return) -> Iterator[str]:
    """Nothing is returned."""
    if node.value is not None and not (isinstance(node.value, ast.Constant) and node.value.value is None):
        yield "return None"


def _dropped(node: ast.stmt) -> Iterator[str]:
    """The statement is left out."""
    yield "pass"


_OPERATORS: tuple[tuple[type[ast.AST] | tuple[type[ast.AST], ...], Callable[..., Iterator[str]]], ...] = (
    (ast.BinOp, _binary),
    (ast.Compare, _compare),
    (ast.BoolOp, _boolean),
    (ast.UnaryOp, _unary),
    (ast.Constant, _constant),
    (ast.Call, _call),
    (ast.Attribute, _attribute),
    (ast.Set, _set),
    (ast.AugAssign, _augmented),
    (ast.IfExp, _conditional),
    (ast.Return, _return),
    ((ast.Assign, ast.AugAssign, ast.Expr, ast.If, ast.For, ast.While, ast.Raise), _dropped),
)
