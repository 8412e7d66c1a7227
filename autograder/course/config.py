"""Reads nbgrader's configuration of a course, which is Python code, unless a student may have written it."""

from __future__ import annotations

import ast
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
    from jupyter_core.paths import jupyter_config_path
    from traitlets.config import Config

    merged = Config()
    for place in [*reversed(jupyter_config_path()), str(folder)]:
        for path in (Path(place, f"{CONFIG_NAME}.json"), Path(place, f"{CONFIG_NAME}.py")):
            if path.is_file():
                merged.merge(_read_config(path))
    return merged


def refuse_submitted_course(root: Path) -> None:
    """Raises CourseError when ``root`` is a folder that a student may have submitted."""
    for outer in root.parents:
        config = outer / f"{CONFIG_NAME}.py"
        if config.is_file() and root.relative_to(outer).parts[0] in _STEPS | _step_folders(config):
            raise CourseError(
                f"{str(root)!r} lies among the files that the course {str(outer)!r} collects or hands out, "
                f"so its {CONFIG_NAME}.py is not executed: change into {str(outer)!r}"
            )
    # nbgrader's exchange holds each submission as <course>/inbound/<student>+<assignment>+<time>/.
    if any(folder.parent.name == "inbound" and "+" in folder.name for folder in (root, *root.parents)):
        raise CourseError(f"{str(root)!r} is a submission in nbgrader's exchange, and not a course: change into one")


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
