"""The command line: `autograder build`, `grade`, `report` and the other commands. Nothing may import it."""

from autograder.cli import authors, commands
from autograder.cli.app import app, main

__all__ = ["app", "authors", "commands", "main"]
