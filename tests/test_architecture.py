"""The shape of the engine: one direction of imports, a guarded public surface, small functions and modules."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import autograder

ENGINE = Path(autograder.__file__).parent
MAX_FUNCTION_LINES, MAX_MODULE_LINES = 45, 320

# Each line may import from the lines above it, and modules of one line in the order they stand in.
LAYERS = """
errors expression arrays wire channel compare devices
percent cells assignment ipynb notebook course generate build scaffold
sandbox sandbox.answers sandbox.capture sandbox.shell sandbox.confine sandbox.syscalls
sandbox.zygote sandbox.peer sandbox.host sandbox.canary
jets evaluate derivation student data autograder
laws suite safe_notebook intake
grading
records graded_notebook gradebook pool graders nbgrader_hooks batch progress feedback class_report
classroom spotcheck leaks mutants mutation prove demo doctor cli
"""
ORDER = LAYERS.split()


def name_of(path: Path) -> str:
    """``sandbox.host`` for sandbox/host.py, ``sandbox`` for its package, ``autograder`` for the engine's own."""
    return ".".join(path.relative_to(ENGINE).with_suffix("").parts).removesuffix("__init__").rstrip(".") or "autograder"


MODULES = {name_of(path): path for path in sorted(ENGINE.rglob("*.py"))}


def imported(path: Path) -> Iterator[str]:
    """The engine's modules that a module imports, at the top or later, or only for the type checker."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".", 1)[0] == "autograder")
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".", 1)[0] == "autograder":
            assert node.level == 0
            for alias in node.names:
                module = f"{node.module}.{alias.name}".removeprefix("autograder.")
                yield module if module in MODULES else (node.module or "").removeprefix("autograder.")


def test_every_module_has_its_place() -> None:
    assert sorted(ORDER) == sorted(MODULES)


@pytest.mark.parametrize("name", ORDER)
def test_a_module_imports_only_from_earlier_layers(name: str) -> None:
    allowed = set(ORDER[: ORDER.index(name)])
    assert set(imported(MODULES[name])) - {name} <= allowed


def test_the_sandbox_knows_nothing_of_grading() -> None:
    for name in ORDER:
        if name.startswith("sandbox"):
            known = {module for module in imported(MODULES[name]) if not module.startswith("sandbox")}
            assert known <= {"errors", "arrays", "wire", "channel"}, name


def test_what_runs_in_the_sandbox_holds_no_part_of_the_trusted_side() -> None:
    """Whatever the zygote imports is in the memory of every student's process."""
    seen: set[str] = set()
    todo = ["sandbox.zygote"]
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            todo += imported(MODULES[name])
    assert seen - {"sandbox"} == set(
        "sandbox.zygote sandbox.shell sandbox.capture sandbox.confine sandbox.syscalls".split()
    ) | {
        "channel",
        "wire",
        "arrays",
        "expression",
        "errors",
    }


def test_the_engine_knows_no_assignment_by_name() -> None:
    folders = [path.name for path in (ENGINE.parent / "assignments").iterdir() if path.is_dir()]
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
    guide = (ENGINE.parent / "CONTRIBUTING.md").read_text(encoding="utf-8")
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


@pytest.mark.parametrize("name", ORDER)
def test_functions_and_modules_stay_small(name: str) -> None:
    path = MODULES[name]
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MAX_MODULE_LINES
    assert {function: size for function, size in functions(path) if size > MAX_FUNCTION_LINES} == {}


@pytest.mark.parametrize("name", ORDER)
def test_every_module_says_what_it_is_for(name: str) -> None:
    documented = ast.get_docstring(ast.parse(MODULES[name].read_text(encoding="utf-8")))
    assert documented
