"""From a submitted file to cells that can be run: the release decides what a cell is, the student what it says.

A submission's structure, points, metadata, kernelspec and outputs are ignored. Locked cells come from the course,
answers from the student by grade id, and the cells a student added stay behind the cell they followed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from autograder.errors import CourseError, NotebookError
from autograder.notebooks import ipynb as nb
from autograder.notebooks.handed_in import find

CellType = Literal["setup", "check", "answer", "written", "task", "student", "experiment"]
_DELETED = "This cell was deleted from the submission."


@dataclass(frozen=True)
class Cell:
    """A cell as it is run and recorded; ``nbgrader`` is the release's metadata, empty for a student's own cell."""

    kind: str
    source: str
    role: CellType
    id: str
    nbgrader: nb.Json
    stub: str = ""
    """What the release says here; an answer that still says so was not touched."""

    @property
    def grade_id(self) -> str:
        """Nbgrader's name of the cell, or nothing."""
        return str(self.nbgrader.get("grade_id", ""))

    @property
    def points(self) -> float:
        """What the cell is worth."""
        return float(self.nbgrader.get("points") or 0)

    @property
    def is_answer(self) -> bool:
        """Whether the student writes here."""
        return self.role in ("answer", "written", "task") and not self.nbgrader.get("locked")

    @property
    def runs(self) -> bool:
        """Whether grading executes it."""
        return self.kind == "code" and self.role != "experiment"


@dataclass(frozen=True)
class Template:
    """What the course says about one notebook: its graded and locked cells, in order."""

    assignment: str
    notebook: str
    cells: tuple[Cell, ...]
    prose: tuple[nb.Json, ...]
    """The release as it was handed out, for a submission that cannot be read."""
    notebooks: frozenset[str]
    """The names of all notebooks of the assignment; a file with one of them is never taken for another notebook."""

    @classmethod
    def load(cls, release: Path, source: Path) -> Template:
        """Reads the released notebook; text that nbgrader cut out of locked cells comes from the source notebook."""
        released, built = _read(release), _read(source)
        full = {nb.grade_id_of(cell): cell["source"] for cell in built["cells"]}
        cells = [_template_cell(cell, full) for cell in released["cells"] if nb.grade_id_of(cell)]
        notebooks = frozenset(path.stem for path in source.parent.glob("*.ipynb"))
        return cls(release.parent.name, release.stem, tuple(cells), tuple(released["cells"]), notebooks)

    @property
    def checks(self) -> tuple[Cell, ...]:
        """The cells that are graded automatically."""
        return tuple(cell for cell in self.cells if cell.role == "check")


@dataclass(frozen=True)
class Submission:
    """A submission after intake: cells in the order they run, and what a person may want to know about it."""

    cells: tuple[Cell, ...]
    notes: tuple[str, ...] = ()
    problem: str = ""
    """Why nothing could be read; the cells are then the release's."""

    @property
    def untouched(self) -> bool:
        """Whether no answer differs from the release, and no code was added."""
        return not any(
            cell.source != cell.stub if cell.is_answer else cell.role == "student" and cell.kind == "code"
            for cell in self.cells
        )


def read(path: Path, template: Template) -> Submission:
    """The submission in that file; one that cannot be read becomes the release with a ``problem``.

    Where there is no such file, the only copy of it is read, such as `a1 (1).ipynb`, and a note says so.
    """
    try:
        handed_in = find(path, template.notebooks)
        submitted = nb.parse(_bytes(handed_in))
    except NotebookError as error:
        return merge(template.prose, template, problem=str(error))
    submission = merge(submitted["cells"], template)
    if handed_in == path:
        return submission
    return replace(submission, notes=(f"the notebook was handed in as {handed_in.name!r}", *submission.notes))


def merge(submitted: Iterable[nb.Json], template: Template, *, problem: str = "") -> Submission:
    """Puts the student's answers and own cells into the course's notebook."""
    wanted = {cell.grade_id: cell for cell in template.cells}
    answers: dict[str, str] = {}
    own: dict[str, list[Cell]] = {"": []}
    notes: list[str] = []
    after = ""
    for number, cell in enumerate(submitted, 1):
        # A front end that drops metadata keeps the cell id, which is the grade id in our releases.
        name = nb.grade_id_of(cell) or str(cell.get("id", ""))
        if name in wanted and name not in answers:
            answers[name], after = cell["source"], name
            own[after] = []
            continue
        if name in wanted:
            notes.append(f"cell {name!r} stands there twice; the first one counts")
        own[after].append(_own_cell(cell, number))
    notes += [f"cell {name!r} was deleted" for name in wanted if name not in answers]
    cells = list(own[""])
    for name, known in wanted.items():
        cells += [_filled(known, answers.get(name)), *own.get(name, ())]
    return Submission(tuple(cells), tuple(notes), problem)


def _filled(cell: Cell, answer: str | None) -> Cell:
    if not cell.is_answer:
        return cell
    if answer is None:
        answer = f"# {_DELETED}" if cell.kind == "code" else _DELETED
    return Cell(cell.kind, answer, cell.role, cell.id, cell.nbgrader, cell.stub)


def _own_cell(cell: nb.Json, number: int) -> Cell:
    kind = "code" if cell["cell_type"] == "code" else "markdown"
    role: CellType = "experiment" if nb.is_experiment(cell) else "student"
    return Cell(kind, cell["source"], role, f"cell-{number}", {})


def _template_cell(cell: nb.Json, full: dict[str | None, str]) -> Cell:
    fields = nb.nbgrader_of(cell)
    role = _role(fields, cell["cell_type"])
    text = cell["source"]
    if role in ("setup", "check"):
        text = full.get(nb.grade_id_of(cell), text)
    return Cell(cell["cell_type"], text, role, str(cell.get("id") or fields["grade_id"])[:64], fields, cell["source"])


def _role(fields: nb.Json, kind: str) -> CellType:
    if fields.get("task"):
        return "task"
    if fields.get("grade"):
        return "written" if fields.get("solution") or kind == "markdown" else "check"
    return "answer" if fields.get("solution") else "setup"


def _read(path: Path) -> nb.Json:
    try:
        return nb.parse(path.read_bytes())
    except (OSError, NotebookError) as error:
        raise CourseError(
            f"{str(path)!r} cannot be read ({error}); run `autograder build {path.parent.name}`"
        ) from None


def _bytes(path: Path) -> bytes:
    """A regular file's bytes; links are not followed, because they may point out of the submission."""
    try:
        if path.is_symlink():
            raise NotebookError("the notebook is a symbolic link; submit the file itself")
        if not path.exists():
            raise NotebookError(f"there is no {path.name}; the notebook must keep its name")
        if not path.is_file():
            raise NotebookError(f"{path.name} is not a file")
        if path.stat().st_size > nb.MAX_BYTES:
            raise NotebookError(
                f"the file is larger than {nb.MAX_BYTES // 2**20} MB; clear its outputs and submit again"
            )
        return path.read_bytes()
    except OSError as error:
        raise NotebookError(f"the file cannot be read ({error.strerror})") from error
