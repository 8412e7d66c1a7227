"""Small courses made with plain nbgrader, and the points that stock nbgrader and both ways of ours give."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.api import Gradebook

from autograder.course.layout import Course

BIN = Path(sys.executable).parent
STOCK_CONFIG = 'c = get_config()\nc.CourseDirectory.course_id = "small"\n'

Points = dict[tuple[str, str, str], float | None]
"""The automatic score of each graded cell, by student, notebook and grade id."""


def answer(name: str, source: str) -> Any:
    """A cell that students edit."""
    return _cell(source, name, solution=True)


def check(name: str, source: str, points: float = 1) -> Any:
    """A cell that is graded by running it."""
    return _cell(source, name, grade=True, locked=True, points=points)


def setup(name: str, source: str) -> Any:
    """A locked cell that is not graded."""
    return _cell(source, name, locked=True)


def plain(source: str, *tags: str) -> Any:
    """A code cell that nbgrader does not know."""
    return new_code_cell(source, metadata={"tags": [*tags]} if tags else {})


def written(name: str, source: str, points: float = 1) -> Any:
    """A markdown cell that a person grades."""
    return _cell(source, name, kind=new_markdown_cell, grade=True, solution=True, points=points)


def task(name: str, source: str, points: float = 1) -> Any:
    """A task, which a person grades; its text may hold a mark scheme."""
    return _cell(source, name, kind=new_markdown_cell, task=True, locked=True, points=points)


def _cell(source: str, name: str, kind: Any = new_code_cell, **fields: Any) -> Any:
    known = {"schema_version": 3, "grade": False, "solution": False, "locked": False, "task": False}
    return kind(source, metadata={"nbgrader": {**known, "grade_id": name, **fields}})


def notebook(*cells: Any) -> str:
    """A notebook for Python with these cells."""
    made = new_notebook(cells=list(cells))
    made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return str(nbformat.writes(made))


def make_course(folder: Path, notebooks: Mapping[str, str], files: Mapping[str, str | bytes] | None = None) -> Path:
    """Makes a course with one assignment, ``ps``, and generates its release with stock nbgrader."""
    source = folder / "source" / "ps"
    source.mkdir(parents=True)
    (folder / "nbgrader_config.py").write_text(STOCK_CONFIG, encoding="utf-8")
    for name, text in notebooks.items():
        (source / f"{name}.ipynb").write_text(text, encoding="utf-8")
    for file, content in (files or {}).items():
        write(source / file, content)
    run(folder, "nbgrader", "generate_assignment", "ps")
    return folder


def write(path: Path, content: str | bytes) -> None:
    """Writes a file, and makes its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)


def hand_in(course: Path, student: str, answers: Mapping[str, str], files: Mapping[str, str] | None = None) -> Path:
    """Hands in the release, with the source of the cells in ``answers`` replaced; returns the student's folder."""
    folder = course / "submitted" / student / "ps"
    shutil.copytree(course / "release" / "ps", folder)
    for path in folder.glob("*.ipynb"):
        made = nbformat.read(path, as_version=4)
        for cell in made.cells:
            name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
            cell.source = answers.get(f"{path.stem}.{name}", answers.get(name, cell.source))
        path.chmod(0o644)
        nbformat.write(made, path)
    for file, content in (files or {}).items():
        write(folder / file, content)
    return folder


def run(course: Path, *command: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Runs a command of nbgrader or ours in a course."""
    environment = os.environ | {"JUPYTER_CONFIG_DIR": str(course / ".jupyter"), "PATH": f"{BIN}:{os.environ['PATH']}"}
    done = subprocess.run(
        [str(BIN / command[0]), *command[1:]], cwd=course, env=environment, capture_output=True, text=True, check=False
    )
    assert not check or done.returncode == 0, done.stdout + done.stderr
    return done


def points(course: Path) -> Points:
    """What the gradebook says."""
    with Gradebook(Course(course).db_url) as gradebook:
        return {
            (submission.student.id, found.name, grade.name): grade.auto_score
            for submission in gradebook.assignment_submissions("ps")
            for found in submission.notebooks
            for grade in found.grades
        }


def graded(course: Path, folder: Path, *command: str, config: str = STOCK_CONFIG) -> Points:
    """The points after a command has graded a copy of the course with another configuration."""
    shutil.copytree(course, folder)
    (folder / "nbgrader_config.py").write_text(config, encoding="utf-8")
    run(folder, *command)
    return points(folder)
