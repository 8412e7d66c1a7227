"""The shape of the engine: packages of a size that can be read, a guarded public surface, small functions and modules.

Which package may import which is a contract of import-linter in pyproject.toml; `make lint` holds it.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import autograder
from autograder.paths import PACKAGE
from autograder.sandbox.host.self_test import open_zygote

MAX_FUNCTION_LINES, MAX_MODULE_LINES, MAX_MODULES = 45, 320, 9


def name_of(path: Path) -> str:
    """``sandbox.host.peer`` for sandbox/host/peer.py, ``sandbox`` for its package, ``autograder`` for the engine."""
    name = ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
    return name.removesuffix("__init__").rstrip(".") or "autograder"


MODULES = {name_of(path): path for path in sorted(PACKAGE.rglob("*.py"))}
PACKAGES = sorted(path.parent for path in MODULES.values() if path.name == "__init__.py" and path.parent != PACKAGE)


@pytest.mark.parametrize("package", PACKAGES, ids=name_of)
def test_a_package_is_small_and_says_who_may_import_it(package: Path) -> None:
    modules = [path for path in package.glob("*.py") if path.name != "__init__.py"]
    assert len(modules) <= MAX_MODULES
    assert "import" in (ast.get_docstring(ast.parse((package / "__init__.py").read_text(encoding="utf-8"))) or "")


def test_what_runs_in_the_sandbox_holds_no_part_of_the_trusted_side() -> None:
    """Whatever the zygote imports is in the memory of every student's process."""
    with open_zygote(("numpy", "sympy")) as zygote:
        sandbox = zygote.spawn()
        cell = "import sys; print(*sorted(name for name in sys.modules if name.startswith('autograder.')))"
        (output,) = sandbox.run_cell(cell, seconds=10).outputs
        zygote.retire(sandbox)
    parts = {tuple(name.split(".")[1:]) for name in output["text"].split()}
    packages = {"errors", "protocol", "sandbox"}
    assert {part[0] for part in parts} == packages
    assert {part[1] for part in parts if part[0] == "sandbox" and len(part) > 1} == {"guest", "linux", "settings"}


def test_the_engine_knows_no_assignment_by_name() -> None:
    folders = [path.name for path in (PACKAGE.parent / "assignments").iterdir() if path.is_dir()]
    assert folders
    for name, path in MODULES.items():
        text = path.read_text(encoding="utf-8")
        for folder in folders:
            found = [line for line in text.splitlines() if folder in line and not _is_example(line)]
            assert not found, (name, found)


def _is_example(line: str) -> bool:
    """Help texts may name an assignment that the reader can try."""
    return "autograder prove" in line or "autograder grade" in line or "e.g." in line


def test_the_public_surface_is_what_contributing_describes() -> None:
    assert sorted(autograder.__all__) == sorted(set(autograder.__all__))
    guide = (PACKAGE.parent / "CONTRIBUTING.md").read_text(encoding="utf-8")
    undocumented = [name for name in autograder.__all__ if name.islower() and f"`{name}" not in guide]
    assert undocumented == []
    for name in autograder.__all__:
        assert getattr(autograder, name).__name__ == name
        assert getattr(autograder, name).__doc__
    with pytest.raises(AttributeError, match="has no attribute 'no_such_name'"):
        _ = autograder.no_such_name


def test_importing_the_package_is_cheap() -> None:
    body = ast.parse(MODULES["autograder"].read_text(encoding="utf-8")).body
    names = [node.module for node in body if isinstance(node, ast.ImportFrom)]
    assert names == ["__future__", "importlib", "typing"]


def functions(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


@pytest.mark.parametrize("name", MODULES)
def test_functions_and_modules_stay_small(name: str) -> None:
    path = MODULES[name]
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MAX_MODULE_LINES
    assert {function: size for function, size in functions(path) if size > MAX_FUNCTION_LINES} == {}


@pytest.mark.parametrize("name", MODULES)
def test_every_module_says_what_it_is_for(name: str) -> None:
    documented = ast.get_docstring(ast.parse(MODULES[name].read_text(encoding="utf-8")))
    assert documented
