"""Enforces the contract of hidden tests in CONTRIBUTING.md: refuses what is not supported, naming file and line.

`check_sources` reads the files without importing them, for `autograder build`. `check_collected` looks at what pytest
collected, for marks and test functions that were created while a file was imported. Both apply the same rules.
`collection_problem` names the line that kept pytest from collecting a file.
"""

from __future__ import annotations

import ast
import inspect
import os
import sysconfig
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.errors import AssignmentError
from autograder.paths import PACKAGE

if TYPE_CHECKING:  # `autograder build` imports nothing heavy
    import pytest

MARKERS = (
    "weight(n): counts n times as much towards the check's points",
    "seconds(n): each call may take n seconds",
    "presupposes(name, ...): fails for no reason of its own when a test of that name, above it in the file, fails",
    "slow: skipped by `--quick`",
    "cuda(twin): needs a GPU; without one its weight goes to its twin, a test in the same file",
)
_SUPPORTED = (*(marker.partition(":")[0].partition("(")[0] for marker in MARKERS), "parametrize", "usefixtures")
_MARKED_SET = (
    "a mark on a single parameter set is not supported; write a separate test function for it and mark that one"
)

_LIBRARIES = (str(PACKAGE), *(sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")))
"""Folders of code that belongs to no assignment, for reading tracebacks."""

_Function = ast.FunctionDef | ast.AsyncFunctionDef


def check_sources(folder: Path) -> None:
    """Checks the files of a hidden_tests folder; raises AssignmentError for the first that breaks the contract."""
    for path in sorted(folder.rglob("*.py")):
        inside = path.relative_to(folder)
        is_test_file = path.name.startswith("test_") or path.name.endswith("_test.py")
        if any(part.startswith(".") for part in inside.parts):
            continue  # Jupyter's checkpoints
        if path.name == "conftest.py":
            raise AssignmentError(f"{path}: a conftest.py is not read; define each fixture in the file that uses it")
        if is_test_file and len(inside.parts) > 1:
            raise AssignmentError(f"{path}: hidden tests in a subfolder are not supported; move the file to {folder}")
        if is_test_file:
            _check_source(path)


def check_collected(item: pytest.Function) -> None:
    """Raises AssignmentError when a test function that pytest collected, or one of its marks, is not supported."""
    function = item.obj
    problem = _function_problem(
        item.originalname,
        owner=item.cls.__name__ if item.cls else "",
        is_async=inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function),
        yields=inspect.isgeneratorfunction(function),
        docstring=function.__doc__,
    )
    if not problem and (callspec := getattr(item, "callspec", None)) and callspec.marks:
        problem = _MARKED_SET
    if problem := problem or next(filter(None, (_mark_problem(mark.name) for mark in item.iter_markers())), ""):
        raise AssignmentError(f"{where(item)}: {problem}")


def where(item: pytest.Function) -> str:
    """Returns the file and line of a collected test function."""
    path, line, _ = item.reportinfo()
    return f"{path}:{(line or 0) + 1}"


def collection_problem(test_file: Path, error: BaseException) -> str:
    """Explains why pytest could not collect a test file, with file and line, which may be in a module it imports.

    An error that is raised inside a library is blamed on the line that called the library.
    """
    places = [(frame.filename, frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
    if isinstance(error, SyntaxError) and error.filename:
        places.append((error.filename, error.lineno))
    own = [f"{file}:{line}" for file, line in places if _is_own_code(file)]
    reason = " ".join(f"{type(error).__name__}: {error}".split())
    return f"{own[-1] if own else test_file}: the hidden tests cannot be collected: {reason}"


def _is_own_code(file: str) -> bool:
    """Returns whether a file was written for a course, and is not part of a library, the engine or the interpreter."""
    is_library = file.startswith(tuple(f"{folder}{os.sep}" for folder in _LIBRARIES))
    return (
        not file.startswith("<") and not is_library and not {"site-packages", "dist-packages"} & set(Path(file).parts)
    )


def _function_problem(name: str, *, owner: str, is_async: bool, yields: bool, docstring: str | None) -> str:
    """Returns what is wrong with a test function and what to do about it; empty when nothing is."""
    if owner:
        return f"{name} is a method of the class {owner}; write hidden tests as functions at the top level of the file"
    if is_async:
        return f"{name} is async and would never be awaited; write it with a plain def"
    if yields:
        return f"{name} contains yield, so its body would not run; use @pytest.mark.parametrize instead"
    if not (docstring or "").strip():
        return f"{name} has no docstring; write one, whose first paragraph is the sentence a student reads"
    return ""


def _mark_problem(name: str) -> str:
    """Returns what is wrong with a mark and what to do about it; empty when nothing is."""
    if name in _SUPPORTED:
        return ""
    return f"@pytest.mark.{name} is not supported in hidden tests; remove it, or use one of {', '.join(_SUPPORTED)}"


def _check_source(path: Path) -> None:
    try:
        tree = ast.parse(path.read_bytes())
    except SyntaxError as error:
        kind = type(error).__name__
        raise AssignmentError(f"{path}:{error.lineno or 1}: {kind}: {error.msg}; correct it") from error
    names = _names_from_pytest(tree)
    if problems := [*_problems_of_marks(tree, names), *_problems_of_functions(tree, names)]:
        line, problem = min(problems)
        raise AssignmentError(f"{path}:{line}: {problem}")


def _problems_of_marks(tree: ast.Module, names: dict[str, str]) -> Iterator[tuple[int, str]]:
    """Yields every unsupported use of ``pytest.mark`` in a file, with its line, whatever it is applied to."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            base, _, name = _dotted(node, names).rpartition(".")
            if base == "pytest.mark" and (problem := _mark_problem(name)):
                yield node.lineno, problem
        elif isinstance(node, ast.Call) and _dotted(node.func, names) == "pytest.mark.presupposes":
            for unknown in (ast.unparse(name) for name in node.args if not _names_a_test(name, tree)):
                yield node.lineno, f"@pytest.mark.presupposes({unknown}) does not name a test of this file; correct it"
        elif (
            isinstance(node, ast.Call)
            and _dotted(node.func, names) == "pytest.param"
            and any(keyword.arg == "marks" for keyword in node.keywords)
        ):
            yield node.lineno, _MARKED_SET


def _names_a_test(argument: ast.expr, tree: ast.Module) -> bool:
    name = argument.value if isinstance(argument, ast.Constant) else None
    return name in {function.name for function, _ in _test_functions(tree)}


def _problems_of_functions(tree: ast.Module, names: dict[str, str]) -> Iterator[tuple[int, str]]:
    """Yields what is wrong with each unsupported test function of a file, with its line."""
    first: dict[str, int] = {}
    for function, owner in _test_functions(tree):
        if any(_dotted(_called(decorator), names) == "pytest.fixture" for decorator in function.decorator_list):
            continue
        name, line = function.name, function.lineno
        is_async, docstring = isinstance(function, ast.AsyncFunctionDef), ast.get_docstring(function)
        problem = _function_problem(name, owner=owner, is_async=is_async, yields=_yields(function), docstring=docstring)
        if not problem and first.setdefault(name, line) != line:
            problem = (
                f"{name} is also defined on line {first[name]}, and only one of the two would run; rename one of them"
            )
        if problem:
            yield line, problem


def _test_functions(within: ast.AST, owner: str = "") -> Iterator[tuple[_Function, str]]:
    """Yields the functions that pytest collects as tests, each with the name of its class, or an empty name."""
    for node in ast.iter_child_nodes(within):
        if isinstance(node, _Function):
            if node.name.startswith("test"):
                yield node, owner
        elif not isinstance(node, ast.ClassDef):
            yield from _test_functions(node, owner)  # there may be functions inside if and try statements
        elif node.name.startswith("Test") or any(ast.unparse(base).endswith("TestCase") for base in node.bases):
            yield from _test_functions(node, node.name)


def _yields(function: _Function) -> bool:
    """Returns whether a function is a generator function, so that calling it would not run its body."""
    inside: list[ast.AST] = [*function.body]
    while inside:
        node = inside.pop()
        if isinstance(node, ast.Yield | ast.YieldFrom):
            return True
        if not isinstance(node, _Function | ast.ClassDef | ast.Lambda):
            inside += ast.iter_child_nodes(node)
    return False


def _names_from_pytest(tree: ast.Module) -> dict[str, str]:
    """Maps the names that a file imports from pytest to what they mean: ``{"pt": "pytest", "mark": "pytest.mark"}``."""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.asname or alias.name: "pytest" for alias in node.names if alias.name == "pytest"}
        elif isinstance(node, ast.ImportFrom) and node.module == "pytest":
            names |= {alias.asname or alias.name: f"pytest.{alias.name}" for alias in node.names}
    return names


def _dotted(node: ast.AST, names: dict[str, str]) -> str:
    """Returns ``pytest.mark.slow`` for an expression that means it, however pytest is imported; empty for others."""
    if isinstance(node, ast.Name):
        return names.get(node.id, "")
    base = _dotted(node.value, names) if isinstance(node, ast.Attribute) else ""
    return f"{base}.{node.attr}" if base and isinstance(node, ast.Attribute) else ""


def _called(decorator: ast.expr) -> ast.expr:
    """Returns ``pytest.fixture`` for the decorator ``@pytest.fixture(scope="module")``."""
    return decorator.func if isinstance(decorator, ast.Call) else decorator
