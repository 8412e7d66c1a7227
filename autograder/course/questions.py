"""Finds the questions of a released notebook: their numbers and titles are in its headings, as students know them.

A question begins at a heading such as "### Question 4: the gradient of any array (10 points)" and has all graded cells
up to the next such heading. Headings with the same number ("Question 4, the explanation") continue it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from autograder.notebooks import ipynb as nb

_HEADING = re.compile(r"^\#{1,6}[ \t]+Question[ \t]+(?P<number>\d+\w?)(?P<rest>.*)$", re.MULTILINE | re.IGNORECASE)
_POINTS = re.compile(r"\s*\([^()]*\bpoints?\b[^()]*\)\s*$")


@dataclass(frozen=True)
class Question:
    """A question: its graded cells, and the cells in which students write."""

    number: str
    """The number in its heading; empty where a graded cell has no such heading above it."""
    title: str
    """The title in its heading, or else the name of its first graded cell."""
    graded: tuple[str, ...]
    """The grade ids of its graded cells, by tests or by hand."""
    answers: tuple[str, ...]
    """The grade ids of the cells that students edit."""
    points: float
    by_hand: float = 0.0
    """The points that a person gives."""

    @property
    def label(self) -> str:
        """A short name for the head of a column: the number, or the title where there is none."""
        return self.number or self.title

    @property
    def name(self) -> str:
        """The full name: "Question 4: the gradient of any array"."""
        return f"Question {self.number}: {self.title}" if self.number else self.title


def questions_of(cells: Iterable[nb.Json]) -> tuple[Question, ...]:
    """Returns the questions of a released notebook in order; those without graded cells are left out."""
    found: dict[str, Question] = {}
    titles: dict[str, str] = {}
    number = ""
    waiting: tuple[str, ...] = ()  # answers above the first heading belong to the next graded cell
    for cell in cells:
        if cell["cell_type"] == "markdown" and (heading := _HEADING.search(cell["source"])):
            number = heading["number"]
            if title := _title(heading["rest"]):
                titles.setdefault(number, title)
        name, fields = nb.grade_id_of(cell), nb.nbgrader_of(cell)
        if not name:
            continue
        if fields.get("solution") or fields.get("task"):
            waiting = (*waiting, name)
        if fields.get("grade") or fields.get("task"):
            key = number or name
            points = float(fields.get("points") or 0)
            question = found.get(key) or Question(number, titles.get(key) or readable(name), (), (), 0.0)
            found[key] = replace(
                question,
                graded=(*question.graded, name),
                answers=(*question.answers, *waiting),
                points=question.points + points,
                by_hand=question.by_hand + (points if fields.get("solution") or fields.get("task") else 0.0),
            )
            waiting = ()
    return tuple(found.values())


def readable(grade_id: str) -> str:
    """Turns the name of a cell into words: ``test_numerical_gradient`` becomes "numerical gradient"."""
    return grade_id.removeprefix("test_").replace("_", " ")


def _title(rest: str) -> str:
    """Returns the title after the number; what follows a comma names a part of the question, and is not its title."""
    text = _POINTS.sub("", rest).strip()
    return text[1:].strip() if text[:1] in (":", ".", "–", "—", "-") else ""
