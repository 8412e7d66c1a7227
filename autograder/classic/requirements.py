"""What notebooks made with plain nbgrader need: a kernel for Python, and packages that are installed."""

from __future__ import annotations

import ast
import os
import sys
from collections.abc import Iterator
from importlib.machinery import PathFinder
from pathlib import Path

from autograder.course.layout import CourseAssignment
from autograder.errors import CourseError, NotebookError
from autograder.notebooks import intake, ipynb

_WARM = frozenset(
    "matplotlib networkx numpy pandas PIL scipy seaborn skimage sklearn statsmodels sympy torch torchvision".split()
)
"""Packages that a zygote imports once for all submissions: they take long, and start no threads when imported."""


def libraries(assignment: CourseAssignment) -> tuple[str, ...]:
    """Returns the modules that the released notebooks import and that take long to import, in order.

    Raises CourseError when a notebook is not for Python, or when a locked cell imports what is not installed here: that
    is for the instructor to solve, before students lose points for it.
    """
    found: dict[str, None] = {}
    for name in assignment.notebook_names():
        for module in _modules(assignment, assignment.release / f"{name}.ipynb"):
            if module.partition(".")[0] in _WARM:
                found[module] = None
    return tuple(found)


def _modules(assignment: CourseAssignment, path: Path) -> Iterator[str]:
    """Yields the installed modules that a released notebook imports."""
    try:
        notebook = intake.read_file(path)
    except NotebookError as error:
        raise CourseError(f"{error}; run `{assignment.build_command}`") from error
    _require_python(notebook, path)
    for cell in notebook["cells"]:
        for module in _imports(cell["source"]) if cell["cell_type"] == "code" else ():
            package = module.partition(".")[0]
            if package in sys.stdlib_module_names:
                continue
            if _is_installed(module):
                yield module
            elif ipynb.nbgrader_of(cell).get("locked") and not _is_beside(package, assignment, notebook):
                raise CourseError(
                    f"the cell {ipynb.grade_id_of(cell)!r} of {path.name} imports {module!r}, which is not installed "
                    "here; install it, or grade where it is installed"
                )


def _is_beside(package: str, assignment: CourseAssignment, notebook: ipynb.Json) -> bool:
    """Whether a module lies beside the notebook: handed out, written by a cell, or handed in by half the class."""
    if any(f"{package}.py" in cell["source"] for cell in notebook["cells"]):
        return True
    submitted = list(assignment.course.submitted.glob(f"*/{assignment.name}"))
    handed_in = sum(_has_module(folder, package) for folder in submitted)
    return _has_module(assignment.source, package) or handed_in * 2 > len(submitted)


def _has_module(folder: Path, package: str) -> bool:
    return any(os.path.exists(folder / name) for name in (package, f"{package}.py"))  # also where it cannot be read


def _require_python(notebook: ipynb.Json, path: Path) -> None:
    """Raises CourseError when the notebook names a kernel of another language."""
    metadata = notebook.get("metadata")
    for key, field in (("language_info", "name"), ("kernelspec", "language")):
        section = metadata.get(key) if isinstance(metadata, dict) else None
        language = section.get(field) if isinstance(section, dict) else None
        if isinstance(language, str) and not language.lower().startswith(("python", "ipython")):
            raise CourseError(f"{path.name} is a notebook for {language}; only notebooks for Python can be graded")


def _imports(source: str) -> Iterator[str]:
    """Yields the modules that a cell imports whenever it runs; magics and what cannot be parsed import nothing."""
    try:
        statements = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError):
        return
    for statement in statements:
        if isinstance(statement, ast.Import):
            yield from (alias.name for alias in statement.names)
        elif isinstance(statement, ast.ImportFrom) and statement.module and not statement.level:
            yield statement.module
            yield from filter(_is_installed, (f"{statement.module}.{alias.name}" for alias in statement.names))


def _is_installed(module: str) -> bool:
    """Whether a module can be found, without importing it or a package that it is in."""
    places: list[str] | None = None
    parts = module.split(".")
    for end in range(1, len(parts) + 1):
        spec = PathFinder.find_spec(".".join(parts[:end]), places)
        if spec is None:
            return False
        places = list(spec.submodule_search_locations or ())  # what is no package has no modules in it
    return True
