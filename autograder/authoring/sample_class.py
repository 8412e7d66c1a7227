"""Courses made up for a purpose: a class of known submissions whose scores are known before they are graded."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path

from autograder.authoring.build import build
from autograder.course.assignment import Assignment, Variant
from autograder.course.layout import CONFIG_NAME, Course
from autograder.notebooks import ipynb as nb
from autograder.testing.hidden_test import HiddenTest
from autograder.testing.suite import Suite


@dataclass(frozen=True)
class Student:
    """Somebody made up: what is handed in, and which tests it must break (all of them when None)."""

    id: str
    claim: str
    data: bytes
    fails: frozenset[str] | None = frozenset()
    answers: dict[str, str] = field(default_factory=dict)
    """Those that are not the solution's."""


def copy_course(course: Course, folder: Path, names: list[str]) -> Course:
    """A course in ``folder`` with these assignments, built, and a gradebook of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(course.root / f"{CONFIG_NAME}.py", folder)
    copied = Course(folder.absolute())
    for name in names:
        skip = shutil.ignore_patterns("__pycache__", ".*")
        shutil.copytree(course.assignment_folder(name), copied.assignments / name, ignore=skip)
        build(copied, name)
    return copied


def submit(course: Course, name: str, student: Student) -> None:
    """Puts a submission where nbgrader collects them."""
    folder = course.submitted / student.id / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.ipynb").write_bytes(student.data)


def release_of(course: Course, name: str) -> nb.Json:
    """The released notebook."""
    return nb.parse((course.release / name / f"{name}.ipynb").read_bytes())


def answered(release: nb.Json, answers: Mapping[str, str]) -> nb.Json:
    """The released notebook with its answer cells filled in."""
    filled = deepcopy(release)
    for cell in filled["cells"]:
        cell["source"] = answers.get(nb.grade_id_of(cell) or "", cell["source"])
    return filled


def provers(course: Course, assignment: Assignment) -> list[Student]:
    """The solution, the untouched release, every wrong and every right answer."""
    release = release_of(course, assignment.name)
    reference = assignment.answers

    def hand_in(kind: str, variant: Variant) -> Student:
        data = nb.dump(answered(release, reference | variant.answers))
        return Student(f"{kind}-{variant.name}", variant.claim, data, variant.fails, variant.answers)

    return [
        Student("solution", "The reference solution.", nb.dump(answered(release, reference))),
        Student("untouched", "The release as it was handed out.", nb.dump(release), None),
        *(hand_in("wrong", variant) for variant in assignment.wrong_answers()),
        *(hand_in("right", variant) for variant in assignment.right_answers()),
    ]


def breakers(course: Course, assignment: Assignment) -> list[Student]:
    """Notebooks that break graders; where the answers are all there, they must still earn everything."""
    solved = answered(release_of(course, assignment.name), assignment.answers)
    graded = [cell for cell in solved["cells"] if nb.nbgrader_of(cell).get("grade")]

    def with_cell(source: str) -> bytes:
        extra: nb.Json = {"cell_type": "code", "metadata": {}, "source": source, "outputs": [], "execution_count": None}
        return nb.dump({**solved, "cells": [*solved["cells"], extra]})

    def of(student: str, claim: str, data: bytes) -> Student:
        return Student(f"broken-{student}", claim, data)

    no_checks = {**solved, "cells": [cell for cell in solved["cells"] if cell not in graded]}
    twice = {**solved, "cells": [*solved["cells"], *deepcopy(graded)]}
    return [
        Student("broken-not_json", "A file that is not a notebook.", b"PK\x03\x04 not a notebook", None),
        of("endless_loop", "A cell that never ends.", with_cell("while True:\n    pass")),
        of("os_exit", "A cell that ends the process.", with_cell("import os\nos._exit(0)")),
        of("deleted_cells", "All graded cells deleted.", nb.dump(no_checks)),
        of("duplicated_cells", "All graded cells twice.", nb.dump(twice)),
        of("prints_50_mb", "A cell that prints 50 MB.", with_cell("print('x' * 50_000_000)")),
    ]


def wanted_score(
    assignment: Assignment,
    suite: Suite,
    student: Student,
    *,
    left_out: frozenset[str] = frozenset(),
    shares: Mapping[str, float] | None = None,
) -> float:
    """What a submission that breaks exactly ``student.fails`` must earn.

    Tests that were left out earn nothing; one that is broken keeps its share.
    """

    def part(test: HiddenTest) -> float:
        if test.id in left_out:
            return 0.0
        broken = student.fails is None or test.id in student.fails
        return test.weight * ((shares or {}).get(test.id, 0.0) if broken else 1.0)

    total = 0.0
    for check in assignment.checks:
        tests = suite.tests.get(check.grade_id, ())
        weight = sum(test.weight for test in tests)
        total += check.points * sum(map(part, tests)) / weight if weight else 0.0
    return round(total, 4)


def broken_tests(record: nb.Json) -> set[str]:
    """The tests that did not pass, from a record on disk."""
    checks = [check for entry in record["notebooks"].values() for check in entry["checks"]]
    return {verdict["test"] for check in checks for verdict in check["verdicts"] if verdict["status"] != "passed"}


def plain(value: object) -> str:
    """For messages: a set of names in a line."""
    return ", ".join(sorted(map(str, value))) if isinstance(value, set | frozenset) else json.dumps(value)
