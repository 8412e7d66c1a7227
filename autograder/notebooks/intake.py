"""Turns a submitted file into cells that can be run: cell types come from the release, answers from the student.

A submission's structure, points, metadata, kernelspec and outputs are ignored. Locked cells come from the course,
answers from the student by grade id, and cells that the student added stay after the cell that they followed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from autograder.errors import NotebookError
from autograder.notebooks import ipynb as nb
from autograder.notebooks.handed_in import copies_of, find
from autograder.notebooks.submitted_files import read_folder

CellType = Literal["setup", "check", "answer", "written", "task", "student", "experiment"]
MAX_FILES_BYTES = 32 * 2**20
"""What the other files of a submission may take up together."""

_DELETED = "This cell was deleted from the submission."


@dataclass(frozen=True)
class Cell:
    """A cell as it is run and recorded; ``nbgrader`` is the release's metadata, empty for a cell the student added."""

    kind: str
    source: str
    role: CellType
    id: str
    nbgrader: nb.Json
    stub: str = ""
    """The cell's source in the release; an answer with the same source is unchanged."""

    @property
    def grade_id(self) -> str:
        """The cell's id in nbgrader; empty if it has none."""
        return str(self.nbgrader.get("grade_id", ""))

    @property
    def points(self) -> float:
        """The points that the cell is worth."""
        return float(self.nbgrader.get("points") or 0)

    @property
    def is_blank(self) -> bool:
        """Whether the student left it as it was released, or deleted it."""
        return self.source in (self.stub, _DELETED, f"# {_DELETED}")

    @property
    def is_answer(self) -> bool:
        """Whether the student may edit the cell."""
        return self.role in ("answer", "written", "task") and not self.nbgrader.get("locked")

    @property
    def runs(self) -> bool:
        """Whether grading runs the cell."""
        return self.kind == "code" and self.role != "experiment"


@dataclass(frozen=True)
class Template:
    """A released notebook: its graded and locked cells, in order."""

    assignment: str
    notebook: str
    cells: tuple[Cell, ...]
    prose: tuple[nb.Json, ...]
    """All cells of the release, to take the place of a submission that cannot be read."""
    notebooks: frozenset[str]
    """The names of all notebooks of the assignment; a file with such a name is never a copy of another notebook."""
    is_classic: bool = False
    """Whether plain nbgrader made it: *experiment* is a tag like any other, and students may hand in other files."""
    course_files: frozenset[str] = frozenset()
    """The files beside a classic notebook that students cannot replace."""

    @classmethod
    def load(cls, release: Path, full: Mapping[str, str], notebooks: Iterable[str] = (), **options: Any) -> Template:
        """Reads a released notebook; ``full`` is the whole text of locked cells, from which nbgrader removes some.

        ``options`` are further fields.

        Raises NotebookError when the file cannot be read.
        """
        prose = tuple(read_file(release)["cells"])
        cells = tuple(_template_cell(cell, full) for cell in prose if nb.grade_id_of(cell))
        return cls(release.parent.name, release.stem, cells, prose, frozenset(notebooks), **options)

    @property
    def checks(self) -> tuple[Cell, ...]:
        """The automatically graded cells."""
        return tuple(cell for cell in self.cells if cell.role == "check")


@dataclass(frozen=True)
class Submission:
    """A submission after intake: its cells in the order in which they run, and notes for student and instructors."""

    cells: tuple[Cell, ...]
    notes: tuple[str, ...] = ()
    problem: str = ""
    """Why the submission could not be read; its cells are then those of the release."""
    files: Mapping[str, bytes] = field(default_factory=dict)
    """The student's other files, for the sandbox alone."""

    @property
    def written(self) -> dict[str, str]:
        """A hash of each answer that a person grades, with the cells that the student added after it, by grade id."""
        answers: dict[str, list[str]] = {}
        name = ""
        for cell in self.cells:
            if cell.grade_id:
                name = cell.grade_id if cell.role in ("written", "task") else ""
            if name:
                answers.setdefault(name, []).append(cell.source)
        texts = {name: json.dumps(sources).encode() for name, sources in answers.items()}
        return {name: hashlib.sha256(text).hexdigest() for name, text in texts.items()}

    @property
    def untouched(self) -> bool:
        """Whether no answer differs from the release, and no code was added."""
        return not any(
            cell.source != cell.stub if cell.is_answer else cell.role == "student" and cell.kind == "code"
            for cell in self.cells
        )


def read(path: Path, template: Template) -> Submission:
    """Reads the submission in a file; one that cannot be read becomes the release with a ``problem``.

    Where there is no such file, the only copy of it, such as `a1 (1).ipynb`, is read instead, and a note says so.
    """
    try:
        handed_in = find(path, template.notebooks)
        submitted = nb.parse(_bytes(handed_in))
    except NotebookError as error:
        return merge(template.prose, template, problem=str(error))
    submission = merge(submitted["cells"], template)
    if template.is_classic:
        submission = _with_files(submission, path.parent, template.course_files)
    if handed_in != path:
        note = f"the notebook was handed in as {handed_in.name!r}"
    elif others := copies_of(path, template.notebooks):
        note = f"{path.name} was graded, and not {others[0].name!r}, which was handed in as well"
    else:
        return submission
    return replace(submission, notes=(note, *submission.notes))


def _with_files(submission: Submission, folder: Path, skip: frozenset[str]) -> Submission:
    try:
        return replace(submission, files=read_folder(folder, MAX_FILES_BYTES, skip))
    except (NotebookError, OSError) as error:
        note = f"the files that were handed in beside the notebook were left out: {error}"
        return replace(submission, notes=(note, *submission.notes))


def merge(submitted: Iterable[nb.Json], template: Template, *, problem: str = "") -> Submission:
    """Combines the course's notebook with the student's answers and added cells."""
    expected = {cell.grade_id: cell for cell in template.cells}
    answers: dict[str, str] = {}
    added: dict[str, list[Cell]] = {"": []}
    notes: list[str] = []
    after = ""
    for number, cell in enumerate(submitted, 1):
        # A front end that drops metadata keeps the cell id, which is the grade id in releases built by this course.
        name = nb.grade_id_of(cell) or str(cell.get("id", ""))
        if name in expected and name not in answers:
            answers[name], after = cell["source"], name
            added[after] = []
            continue
        if name in expected:
            notes.append(f"cell {name!r} occurs more than once; the first one counts")
        added[after].append(_added_cell(cell, number, template))
    notes += [f"cell {name!r} was deleted" for name in expected if name not in answers]
    cells = list(added[""])
    for name, released in expected.items():
        cells += [_with_answer(released, answers.get(name)), *added.get(name, ())]
    return Submission(tuple(cells), tuple(notes), problem)


def _with_answer(cell: Cell, answer: str | None) -> Cell:
    if not cell.is_answer:
        return cell
    if answer is None:
        answer = f"# {_DELETED}" if cell.kind == "code" else _DELETED
    return Cell(cell.kind, answer, cell.role, cell.id, cell.nbgrader, cell.stub)


def _added_cell(cell: nb.Json, number: int, template: Template) -> Cell:
    kind = "code" if cell["cell_type"] == "code" else "markdown"
    is_skipped = nb.has_tag(cell, nb.SKIPPED) or (nb.has_tag(cell, nb.EXPERIMENT) and not template.is_classic)
    role: CellType = "experiment" if is_skipped else "student"
    return Cell(kind, cell["source"], role, f"cell-{number}", {})


def _template_cell(cell: nb.Json, full: Mapping[str, str]) -> Cell:
    fields = nb.nbgrader_of(cell)
    role = _role(fields, cell["cell_type"])
    text = cell["source"]
    if role in ("setup", "check") or (role == "task" and fields.get("locked")):
        text = full.get(fields["grade_id"], text)
    return Cell(cell["cell_type"], text, role, str(cell.get("id") or fields["grade_id"])[:64], fields, cell["source"])


def _role(fields: nb.Json, kind: str) -> CellType:
    if fields.get("task"):
        return "task"
    if fields.get("grade"):
        return "written" if fields.get("solution") or kind == "markdown" else "check"
    return "answer" if fields.get("solution") else "setup"


def texts(source: Path) -> dict[str, str]:
    """Returns the text of each cell of a source notebook by its grade id; raises NotebookError."""
    return {name: cell["source"] for cell in read_file(source)["cells"] if (name := nb.grade_id_of(cell))}


def read_file(path: Path) -> nb.Json:
    """Reads a notebook of the course; raises NotebookError when that is not possible."""
    try:
        return nb.parse(path.read_bytes())
    except (OSError, NotebookError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise NotebookError(f"{str(path)!r} cannot be read ({why})") from error


def _bytes(path: Path) -> bytes:
    """Reads a regular file; links are not followed, because they may point outside the submission."""
    try:
        if path.is_symlink():
            raise NotebookError("the notebook is a symbolic link; submit the file itself")
        if not path.exists():
            raise NotebookError(f"there is no {path.name}; submit the notebook under this name")
        if not path.is_file():
            raise NotebookError(f"{path.name} is not a file")
        if path.stat().st_size > nb.MAX_BYTES:
            raise NotebookError(
                f"the file is larger than {nb.MAX_BYTES // 2**20} MB; clear its outputs and submit again"
            )
        return path.read_bytes()
    except OSError as error:
        raise NotebookError(f"the file cannot be read ({error.strerror})") from error
