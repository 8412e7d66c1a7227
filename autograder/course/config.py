"""Reads nbgrader's configuration of a course, which is Python code, unless a student may have written it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.errors import CourseError

if TYPE_CHECKING:
    from traitlets.config import Config

CONFIG_NAME = "nbgrader_config"
"""The name of nbgrader's configuration files, without extension."""

_STEPS = {"source", "release", "submitted", "autograded", "feedback", "downloaded", "exchange"}
"""The folders of a course that nbgrader fills, by their usual names; none of them holds a course."""


def load_config(folder: Path) -> Config:
    """Returns the configuration in a folder, together with that of the machine, over which it has precedence.

    Raises CourseError when a configuration file cannot be loaded.
    """
    config = _machine_config()
    _merge(config, folder)
    return config


def refuse_submitted_course(root: Path) -> None:
    """Raises CourseError when ``root`` is a folder that a student may have submitted."""
    for outer, inside, steps in _courses_around(root):
        if inside.parts[0] in steps:
            raise CourseError(
                f"{str(root)!r} lies among the files that the course {str(outer)!r} collects or hands out, "
                f"so its {CONFIG_NAME}.py is not executed: change into {str(outer)!r}"
            )
    # nbgrader's exchange holds each submission as <course>/inbound/<student>+<assignment>+<time>/.
    if any(folder.parent.name == "inbound" and "+" in folder.name for folder in (root, *root.parents)):
        raise CourseError(f"{str(root)!r} is a submission in nbgrader's exchange, and not a course: change into one")


def _courses_around(root: Path) -> Iterator[tuple[Path, Path, set[str]]]:
    """Yields each course that a folder with a configuration lies in, where in it, and which folders nbgrader fills.

    A course is known by its own configuration, which is not executed, or is the one that the machine's names.
    """
    for outer in root.parents:
        config = outer / f"{CONFIG_NAME}.py"
        if config.is_file():
            yield outer, root.relative_to(outer), _STEPS | _step_folders(config)
    if any(map(Path.is_file, _files_in(root))):
        machine = _machine_config().CourseDirectory
        outer, inner = Path(str(machine.get("root", "")) or root).resolve(), root.resolve()
        if outer in inner.parents:
            named = {
                part for key in machine if key.endswith("_directory") for part in Path(str(machine[key])).parts[:1]
            }
            yield outer, inner.relative_to(outer), _STEPS | named


def _machine_config() -> Config:
    from jupyter_core.paths import jupyter_config_path
    from traitlets.config import Config

    config = Config()
    for place in reversed(jupyter_config_path()):
        _merge(config, Path(place))
    return config


def _merge(config: Config, folder: Path) -> None:
    for path in filter(Path.is_file, _files_in(folder)):
        config.merge(_read_config(path))


def _files_in(folder: Path) -> tuple[Path, Path]:
    return folder / f"{CONFIG_NAME}.json", folder / f"{CONFIG_NAME}.py"


def _read_config(path: Path) -> Config:
    from traitlets.config.loader import JSONFileConfigLoader, PyFileConfigLoader

    loader = JSONFileConfigLoader if path.suffix == ".json" else PyFileConfigLoader
    try:
        return loader(path.name, str(path.parent)).load_config()
    except Exception as error:  # the file may be Python code, which can raise anything
        raise CourseError(f"{path} cannot be loaded: {type(error).__name__}: {error}") from error


def _step_folders(config: Path) -> set[str]:
    """Returns the folders that a configuration file names, without executing it, as it may not be the user's own."""
    try:
        assignments = [node for node in ast.walk(ast.parse(config.read_bytes())) if isinstance(node, ast.Assign)]
    except (OSError, SyntaxError, ValueError, RecursionError):
        return set()
    return {
        folder
        for node in assignments
        if isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for target in node.targets
        if isinstance(target, ast.Attribute) and target.attr.endswith("_directory")
        for folder in Path(node.value.value).parts[:1]
    }
