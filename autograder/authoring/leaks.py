"""What would give an assignment away: telling lines of solutions and suites, looked for in what is handed out."""

from __future__ import annotations

import ast
import re

from autograder.course.assignment import Assignment
from autograder.course.layout import CourseAssignment

_SIGNIFICANT = 24
"""Characters from which a line of code says something; `return total` gives nothing away."""

_REGION = re.compile(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", re.DOTALL)


def telling_lines(assignment: Assignment) -> set[str]:
    """Every line of the solutions and the suites that says something."""
    return _solution_lines(assignment) | _suite_lines(assignment)


def released_lines(assignment: CourseAssignment) -> set[str]:
    """Every line of everything students are handed."""
    released = [path for path in assignment.release.rglob("*") if path.is_file()]
    text = "\n".join(path.read_text(encoding="utf-8", errors="replace") for path in released)
    lines = {" ".join(line.split()) for line in text.replace("\\n", "\n").replace('\\"', '"').splitlines()}
    return lines | {line.strip('"#, ') for line in lines}


def _solution_lines(assignment: Assignment) -> set[str]:
    regions = [region for source in assignment.answers.values() for region in _REGION.findall(source)]
    return {line for region in regions for line in _telling(region)}


def _suite_lines(assignment: Assignment) -> set[str]:
    found: set[str] = set()
    for path in sorted(assignment.hidden_tests.rglob("*.py")):
        found |= _telling(_without_imports(path.read_text(encoding="utf-8")))
    return found


def _without_imports(source: str) -> str:
    lines = source.splitlines()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            lines[node.lineno - 1 : node.end_lineno] = [""] * ((node.end_lineno or node.lineno) - node.lineno + 1)
    return "\n".join(lines)


def _telling(text: str) -> set[str]:
    lines = (" ".join(line.split()) for line in text.splitlines())
    return {line for line in lines if len(line) >= _SIGNIFICANT and not line.startswith("#")}
