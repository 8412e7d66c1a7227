"""The command line: `autograder build`, `grade`, `report` and the other commands. Nothing may import it."""

from autograder.cli.commands import app, main

__all__ = ["app", "main"]
