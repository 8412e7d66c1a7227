"""Mutation operators: make small systematic mistakes in the reference answers, which hidden tests should catch.

Each mutant changes one thing inside a solution region: an operator, a constant, an axis, a sign, the order of two
arguments, a dropped term, call, keyword or statement, or a copy that is not made. Existing tools do not fit:
cosmic-ray has no operators for arguments, keywords, statements or array code and makes eleven mutants of every ``+``,
and mutmut requires its own test runner.
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
"""Dropping these calls rarely makes an answer wrong."""


@dataclass(frozen=True)
class Mutant:
    """An answer with one mistake in it."""

    answer: str
    """The name of the answer."""
    was: str
    """The first changed line in the reference answer."""
    becomes: str
    """That line in the mutant."""
    source: str
    """The source of the mutated answer cell."""

    def diff(self, original: str) -> str:
        """Returns the difference from the reference answer as a unified diff without context."""
        lines = difflib.unified_diff(original.splitlines(), self.source.splitlines(), lineterm="", n=0)
        return "\n".join(line for line in lines if not line.startswith(("---", "+++", "@@")))


def mutants(answer: str, source: str) -> Iterator[Mutant]:
    """Generates all mutants of an answer cell, without duplicates; only solution regions are changed."""
    tree = ast.parse(source)
    lines = _solution_lines(source)
    seen = {source}
    for node in ast.walk(tree):
        if getattr(node, "lineno", 0) not in lines:
            continue
        for replacement in _replacements(node):
            changed = _replace(source, node, replacement)
            if changed not in seen and _is_valid(changed):
                seen.add(changed)
                yield Mutant(answer, *_changed_line(source, changed), changed)


def _solution_lines(source: str) -> set[int]:
    lines: set[int] = set()
    for match in _REGION.finditer(source):
        first = source.count("\n", 0, match.start()) + 1
        lines |= set(range(first, first + match.group().count("\n") + 1))
    return lines


def _is_valid(source: str) -> bool:
    try:
        ast.parse(source)
    except SyntaxError:
        return False
    return True


def _replace(source: str, node: ast.AST, replacement: str) -> str:
    """Replaces the text of a node, whose column offsets count UTF-8 bytes."""
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
    """Returns the first line that differs, before and after the change."""
    pairs = zip([*before.splitlines(), ""], [*after.splitlines(), ""], strict=False)
    old, new = next((old, new) for old, new in pairs if old != new)
    return old.strip(), new.strip()


# Mutation operators: each takes a node and generates the source of its replacements.


def _replacements(node: ast.AST) -> Iterator[str]:
    for kind, operator in _OPERATORS:
        if isinstance(node, kind):
            for text in operator(node):
                yield f"({text})" if isinstance(node, ast.BinOp | ast.Compare | ast.BoolOp | ast.UnaryOp) else text


def _with(node: ast.AST, **changes: object) -> str:
    """Returns the source of a copy of the node with some fields changed."""
    changed = copy.copy(node)
    for field, value in changes.items():
        setattr(changed, field, value)
    return ast.unparse(changed)


def _binary(node: ast.BinOp) -> Iterator[str]:
    """Changes the operator, swaps the operands, or drops the second one."""
    if type(node.op) in _BINARY:
        yield _with(node, op=_BINARY[type(node.op)]())
    if isinstance(node.op, _NOT_COMMUTATIVE):
        yield _with(node, left=node.right, right=node.left)
    yield ast.unparse(node.left)


def _compare(node: ast.Compare) -> Iterator[str]:
    """Changes the comparison: strict to non-strict, reversed, or negated."""
    for other in _COMPARE.get(type(node.ops[0]), ()):
        yield _with(node, ops=[other(), *node.ops[1:]])


def _boolean(node: ast.BoolOp) -> Iterator[str]:
    """Swaps ``and`` and ``or``, or drops the last operand."""
    yield _with(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
    yield _with(node, values=node.values[:-1]) if len(node.values) > 2 else ast.unparse(node.values[0])


def _unary(node: ast.UnaryOp) -> Iterator[str]:
    """Drops the sign or the ``not``."""
    yield ast.unparse(node.operand)


def _constant(node: ast.Constant) -> Iterator[str]:
    """Negates a bool, changes an int (such as an axis) by one, or doubles a float."""
    value = node.value
    if isinstance(value, bool):
        yield str(not value)
    elif isinstance(value, int):
        yield repr(value + 1)
        yield f"({value - 1})"
    elif isinstance(value, float):
        yield repr(value * 2 if value else 1.0)


def _call(node: ast.Call) -> Iterator[str]:
    """Swaps two arguments, drops a keyword or the call (such as ``.copy()``), or shortens a range by one."""
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
    """Drops a transpose."""
    if node.attr == "T":
        yield ast.unparse(node.value)


def _set(node: ast.Set) -> Iterator[str]:
    """Drops an element."""
    for index in range(len(node.elts) if len(node.elts) > 1 else 0):
        yield _with(node, elts=node.elts[:index] + node.elts[index + 1 :])


def _augmented(node: ast.AugAssign) -> Iterator[str]:
    """Changes the operator, or turns the statement into a plain assignment."""
    if type(node.op) in _BINARY:
        yield _with(node, op=_BINARY[type(node.op)]())
    yield f"{ast.unparse(node.target)} = {ast.unparse(node.value)}"


def _conditional(node: ast.IfExp) -> Iterator[str]:
    """Always takes the same branch."""
    yield f"({ast.unparse(node.body)})"
    yield f"({ast.unparse(node.orelse)})"


def _return(node: ast.Return) -> Iterator[str]:
    """Returns None."""
    if node.value is not None and not (isinstance(node.value, ast.Constant) and node.value.value is None):
        yield "return None"


def _statement(node: ast.stmt) -> Iterator[str]:
    """Drops the statement."""
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
    ((ast.Assign, ast.AugAssign, ast.Expr, ast.If, ast.For, ast.While, ast.Raise), _statement),
)
