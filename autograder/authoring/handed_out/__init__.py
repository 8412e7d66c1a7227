"""The file that every release has beside its notebook, so that check cells and experiments say how things stand.

Only :mod:`autograder.authoring` may import it. ``checks.py`` is that file: it runs in the student's Jupyter, and in the
sandbox, where it says nothing.
"""

import json
import re
from collections.abc import Sequence
from pathlib import Path

from autograder.authoring.leaks import SOLUTION_REGION
from autograder.course.questions import questions_of
from autograder.notebooks import ipynb as nb
from autograder.notebooks.conversion import notebook_text, to_notebook
from autograder.notebooks.percent import PercentCell
from autograder.notebooks.roles import grade_id, role

_NO_QUESTIONS = "QUESTIONS: dict[str, str] = {}"
_DEFINITION = re.compile(r"^[ \t]*(?:def|class)[ \t]+(\w+)", re.MULTILINE)


def checks_file(cells: Sequence[PercentCell]) -> bytes:
    """Returns the ``checks.py`` of an assignment, which knows the question of each of its answers."""
    text = Path(__file__).with_name("checks.py").read_text(encoding="utf-8")
    numbers = json.dumps(_question_numbers(cells), indent=4)
    return text.replace(_NO_QUESTIONS, f"QUESTIONS: dict[str, str] = {numbers}").encode()


def _question_numbers(cells: Sequence[PercentCell]) -> dict[str, str]:
    """Returns the number of the question for each answer and each function of an answer that students are given."""
    notebook = nb.parse(notebook_text(to_notebook(cells, "")).encode())
    numbers = {name: question.number for question in questions_of(notebook["cells"]) for name in question.answers}
    answers = {str(grade_id(cell)): cell.source for cell in cells if role(cell) == "answer"}
    return {name: numbers.get(answer, "") for answer, source in answers.items() for name in _names(answer, source)}


def _names(answer: str, source: str) -> list[str]:
    """Returns what an answer defines: its own name, and the functions and classes outside the reference solution."""
    return [answer, *_DEFINITION.findall(SOLUTION_REGION.sub("", source))]
