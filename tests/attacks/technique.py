"""Reads the techniques: what somebody could hand in to gain points, to read, to leave, to stay or to do damage.

A technique is a file ``techniques/<family>/<name>.py``. Its docstring says in one sentence what it tries; the rest is
what is handed in, in cells whose header says where they go:

===================  ====================================================================================
``# %%``             a cell at the end of the notebook, and what stands before the first header
``# %% first``       a cell before the first cell of the notebook
``# %% markdown``    a markdown cell at the end
``# %% answer=X``    fills in the answer X
``# %% honest=X``    fills in the answer X of the honest twin: the same notebook without the trick
``# %% submit``      no cell: Python that runs in the test, and changes what lies in the submission's folder
===================  ====================================================================================

All other answers are left as they were released, so that without a twin, every point is a point too many. A line
``# assignment: <name>`` behind the docstring names the assignment, and words like ``@PORT@`` stand for what an attacker
may have found out: :mod:`attacked_class` fills them in.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "techniques"
DEFAULT_ASSIGNMENT = "a1_numerical_gradients"
_HEADER = re.compile(r"^# %%(?: (first|last|markdown|submit|answer|honest)(?:=(\w+))?)?$", re.MULTILINE)
_DOCSTRING = re.compile(r'"""(.+?)"""\n')
_ASSIGNMENT = re.compile(r"^# assignment: (\w+)$", re.MULTILINE)

Json = dict[str, Any]


@dataclass
class Technique:
    """What is handed in, and why."""

    family: str
    name: str
    sentence: str
    assignment: str = DEFAULT_ASSIGNMENT
    cells: dict[str, list[str]] = field(default_factory=lambda: {"first": [], "last": [], "markdown": []})
    answers: dict[str, str] = field(default_factory=dict)
    honest: dict[str, str] = field(default_factory=dict)
    submit: str = ""

    @property
    def id(self) -> str:
        """Family and name, as pytest shows them."""
        return f"{self.family}/{self.name}"

    @property
    def student(self) -> str:
        """The student who hands it in."""
        return f"{self.family}-{self.name}"


def read(path: Path) -> Technique:
    """Reads a technique from its file."""
    text = path.read_text(encoding="utf-8")
    docstring = _DOCSTRING.match(text)
    assert docstring, f"{path} does not say in a docstring what it tries"
    found, body = Technique(path.parent.name, path.stem, docstring[1]), text[docstring.end() :]
    if assignment := _ASSIGNMENT.search(body):
        found.assignment = assignment[1]
        body = body.replace(assignment[0], "")
    before, *parts = _HEADER.split(body)
    for kind, name, source in [("last", "", before), *zip(parts[::3], parts[1::3], parts[2::3], strict=True)]:
        _add(found, kind or "last", name, source.strip("\n"))
    return found


def _add(technique: Technique, kind: str, name: str, source: str) -> None:
    if not source:
        return
    if kind in technique.cells:
        technique.cells[kind].append(source)
    elif kind == "submit":
        technique.submit = source
    else:
        (technique.answers if kind == "answer" else technique.honest)[name] = source


def notebook(release: Json, technique: Technique, known: Mapping[str, str]) -> Json:
    """The released notebook with the technique in it; the words of ``known`` are filled in."""

    def filled(source: str) -> str:
        for word, value in known.items():
            source = source.replace(f"@{word}@", value)
        return source

    made = with_answers(release, {name: filled(source) for name, source in technique.answers.items()})
    first, last, markdown = (list(map(filled, technique.cells[kind])) for kind in ("first", "last", "markdown"))
    made["cells"] = [*map(code, first), *made["cells"], *map(code, last), *map(words, markdown)]
    return made


def with_answers(release: Json, answers: Mapping[str, str]) -> Json:
    """The released notebook with these answers."""
    ids = [cell.get("metadata", {}).get("nbgrader", {}).get("grade_id") for cell in release["cells"]]
    assert set(answers) <= set(ids), f"there is no answer {set(answers) - set(ids)}"
    cells = [{**cell, "source": answers.get(i, cell["source"])} for i, cell in zip(ids, release["cells"], strict=True)]
    return {**release, "cells": cells}


def code(source: str) -> Json:
    return {"cell_type": "code", "metadata": {}, "source": source, "outputs": [], "execution_count": None}


def words(source: str) -> Json:
    return {"cell_type": "markdown", "metadata": {}, "source": source}


TECHNIQUES = {found.id: found for found in map(read, sorted(FOLDER.glob("*/*.py")))}
