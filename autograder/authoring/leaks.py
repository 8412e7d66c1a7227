"""Detects leaks: lines of solutions and hidden tests that appear in the release."""

from __future__ import annotations

import ast
import re

from autograder.course.assignment import Assignment
from autograder.course.layout import CourseAssignment

_MIN_LENGTH = 24
"""Shorter lines, such as ``return total``, may appear anywhere by chance."""

SOLUTION_REGION = re.compile(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", re.DOTALL)


def secret_lines(assignment: Assignment) -> set[str]:
    """Returns the lines of the solutions and hidden tests that are too long to appear elsewhere by chance."""
    return _solution_lines(assignment) | _hidden_test_lines(assignment)


def released_lines(assignment: CourseAssignment) -> set[str]:
    """Returns the lines of all released files, with whitespace normalized as in :func:`secret_lines`."""
    released = [path for path in assignment.release.rglob("*") if path.is_file()]
    text = "\n".join(path.read_text(encoding="utf-8", errors="replace") for path in released)
    lines = {" ".join(line.split()) for line in text.replace("\\n", "\n").replace('\\"', '"').splitlines()}
    return lines | {line.strip('"#, ') for line in lines}


def _solution_lines(assignment: Assignment) -> set[str]:
    regions = [region for source in assignment.answers.values() for region in SOLUTION_REGION.findall(source)]
    return {line for region in regions for line in _long_lines(region)}


def _hidden_test_lines(assignment: Assignment) -> set[str]:
    lines: set[str] = set()
    for path in sorted(assignment.hidden_tests.rglob("*.py")):
        lines |= _long_lines(_without_imports(path.read_text(encoding="utf-8")))
    return lines


def _without_imports(source: str) -> str:
    lines = source.splitlines()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            lines[node.lineno - 1 : node.end_lineno] = [""] * ((node.end_lineno or node.lineno) - node.lineno + 1)
    return "\n".join(lines)


def _long_lines(text: str) -> set[str]:
    lines = (" ".join(line.split()) for line in text.splitlines())
    return {line for line in lines if len(line) >= _MIN_LENGTH and not line.startswith("#")}
