"""Builds source/, release/ and solutions/ from notebook.py, and imports edits made in Jupyter.

    assignments/X/notebook.py ──build──► source/X/X.ipynb ──nbgrader──► release/X, solutions/X
                ▲                               │
                └──────── import_notebook ──────┘   after an edit in Jupyter

Builds are reproducible byte for byte: they contain no times, random ids or outputs. The source notebook carries a
fingerprint of what it was built from, so that an edit is noticed and never overwritten by accident.
"""

import difflib
import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from autograder.authoring.handed_out import checks_file
from autograder.course.assignment import Assignment
from autograder.course.layout import Course, CourseAssignment
from autograder.course.settings import CHECKS_FILE
from autograder.errors import AssignmentError, BuildError, NotebookError
from autograder.nbgrader_bridge.converters import generate
from autograder.notebooks.conversion import (
    built_from,
    fingerprint,
    from_notebook,
    notebook_text,
    read_notebook,
    to_notebook,
)
from autograder.notebooks.percent import PercentCell, front_matter, parse, render
from autograder.notebooks.roles import cell_ids, check_cells, role
from autograder.testing.contract import check_sources

_NOT_BUILT = {"__pycache__", ".ipynb_checkpoints"}  # created by Python and Jupyter


def build(place: CourseAssignment, *, force: bool = False) -> list[Path]:
    """Builds source/, release/ and solutions/ of an assignment, and returns the three folders.

    Raises AssignmentError when the assignment's folder breaks a rule, and BuildError when nbgrader fails, or when the
    source was edited by hand, unless ``force`` discards the edit. After an error the folders are unchanged.
    """
    assignment = load_checked(place)
    if not force:
        _refuse_edited(place.source, assignment)
    folders = _folders(place)
    with _restored_on_failure(folders):
        _write_source(assignment, place.source)
        generate(place, _recorded(assignment))
    return folders


def stale(place: CourseAssignment) -> list[Path]:
    """Returns the files that a build would add, change or remove, without changing the course."""
    assignment = load_checked(place)
    with tempfile.TemporaryDirectory(prefix="autograder-") as scratch:
        fresh = CourseAssignment(_Scratch(Path(scratch), place.course), place.name)
        _write_source(assignment, fresh.source)
        generate(fresh, _recorded(assignment))
        return differing(place, fresh)


def load_checked(place: CourseAssignment) -> Assignment:
    """Loads an assignment, and checks its hidden tests without importing them; raises AssignmentError."""
    assignment = place.load()
    check_sources(assignment.hidden_tests)
    return assignment


class _Scratch(Course):
    """An empty folder with the configuration of a course and a gradebook of its own."""

    def __init__(self, root: Path, like: Course) -> None:
        super().__init__(root)
        object.__setattr__(self, "config", like.config)

    @property
    def db_url(self) -> str:
        """The URL of a database in the folder, whatever the configuration says."""
        return f"sqlite:///{self.root / 'gradebook.db'}"


def differing(place: CourseAssignment, built: CourseAssignment) -> list[Path]:
    """Returns the built files of an assignment that differ from those in another course, where it was just built."""
    pairs = zip(_folders(place), _folders(built), strict=True)
    return [path for committed, fresh in pairs for path in _differences(committed, fresh)]


def import_notebook(course: Course, path: Path, *, force: bool = False) -> Path:
    """Imports a notebook that was edited in Jupyter into notebook.py, whose path is returned.

    Cells that were not edited keep their exact text. Raises BuildError when notebook.py has changed since the build,
    too, unless ``force`` discards that change.
    """
    place = course.assignment(path.stem)
    target = place.folder / "notebook.py"
    notebook = read_notebook(path)
    cells = from_notebook(notebook, path)
    check_cells(cells, path)
    before, front = _read_current(target, force=force)
    if before and before != cells and not force:
        _refuse_diverged(place.load(), built_from(notebook), path)
    target.write_text(render(_keep_unchanged_text(cells, before), front), encoding="utf-8")
    if path.parent.resolve() == place.source.resolve():
        _import_files(place.load(), path.parent)
    return target


def _folders(place: CourseAssignment) -> list[Path]:
    """Returns the folders that a build writes."""
    return [place.source, place.release, place.solution]


def _recorded(assignment: Assignment) -> list[str]:
    """Returns the ids of the cells that nbgrader records in its gradebook."""
    cells = zip(assignment.cells, cell_ids(assignment.cells), strict=True)
    return [name for cell, name in cells if role(cell) not in ("prose", "experiment")]


def _files(assignment: Assignment) -> dict[str, bytes]:
    return {name: (assignment.folder / name).read_bytes() for name in assignment.settings.files}


def _tree(folder: Path) -> dict[str, bytes]:
    """Returns the contents of all files below ``folder``, by relative path."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in files
        if not _NOT_BUILT & set(path.relative_to(folder).parts)
    }


def _differences(committed: Path, built: Path) -> list[Path]:
    old, new = _tree(committed), _tree(built)
    return [committed / name for name in sorted({*old, *new}) if old.get(name) != new.get(name)]


def _write_source(assignment: Assignment, folder: Path) -> None:
    """Writes the instructor's notebook and the files beside it, and removes all else: students get the whole folder."""
    files = _files(assignment)
    notebook = to_notebook(assignment.cells, fingerprint(assignment.cells, files))
    files |= {f"{assignment.name}.ipynb": notebook_text(notebook).encode(), CHECKS_FILE: checks_file(assignment.cells)}
    if folder.exists():
        shutil.rmtree(folder)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


@contextmanager
def _restored_on_failure(folders: Iterable[Path]) -> Iterator[None]:
    """Restores ``folders`` when the block fails, because nbgrader deletes a release that it cannot generate."""
    with tempfile.TemporaryDirectory(prefix="autograder-") as scratch:
        backups = {folder: Path(scratch, str(count)) for count, folder in enumerate(folders)}
        for folder, backup in backups.items():
            if folder.exists():
                shutil.copytree(folder, backup)
        try:
            yield
        except BaseException:
            for folder, backup in backups.items():
                shutil.rmtree(folder, ignore_errors=True)
                if backup.exists():
                    shutil.copytree(backup, folder)
            raise


def _refuse_edited(folder: Path, assignment: Assignment) -> None:
    """Raises BuildError when a build would discard an edit or a file in ``folder``."""
    notebook = folder / f"{assignment.name}.ipynb"
    files = _tree(folder)
    if not files:
        return
    for name in (notebook.name, CHECKS_FILE):  # nobody writes the latter: it is made anew by each build
        files.pop(name, None)
    try:
        edited = read_notebook(notebook)
        now, built = fingerprint(from_notebook(edited, notebook), files), built_from(edited)
    except NotebookError:
        now, built = None, ""
    if now in (built, fingerprint(assignment.cells, _files(assignment))):
        return
    for name in files:
        if name not in assignment.settings.files:
            raise BuildError(
                f"{folder / name} is not built and would be lost: move it to {assignment.folder} and name it in files, "
                f"or discard it with `autograder build {assignment.name} --force`"
            )
    raise BuildError(
        f"{notebook} was edited by hand: bring the edit back with `autograder import {notebook}`, "
        f"or discard it with `autograder build {assignment.name} --force`"
    )


def _refuse_diverged(assignment: Assignment, built: str | None, path: Path) -> None:
    if fingerprint(assignment.cells, _files(assignment)) != built:
        raise BuildError(
            f"{assignment.folder / 'notebook.py'} changed since {path} was built, and importing would lose that: "
            "commit it and merge by hand, or discard it with `autograder import --force`"
        )


def _read_current(target: Path, *, force: bool) -> tuple[list[PercentCell], str]:
    """Returns the cells of notebook.py and the text before them; with ``force``, nothing if it cannot be parsed."""
    if not target.is_file():
        return [], ""
    text = target.read_text(encoding="utf-8")
    try:
        return parse(text, str(target)), front_matter(text)
    except AssignmentError:
        if force:
            return [], ""
        raise


def _keep_unchanged_text(cells: Sequence[PercentCell], before: Sequence[PercentCell]) -> list[PercentCell]:
    """Returns ``cells``, with the exact text in ``before`` for those that have not changed."""
    old, new = [_key(cell) for cell in before], [_key(cell) for cell in cells]
    result = [
        replace(cell, source=cell.source.rstrip()) for cell in cells
    ]  # the percent format cannot represent trailing blank lines
    for block in difflib.SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks():
        result[block.b : block.b + block.size] = before[block.a : block.a + block.size]
    return result


def _key(cell: PercentCell) -> str:
    return json.dumps([cell.kind, cell.source, dict(cell.metadata)], sort_keys=True)


def _import_files(assignment: Assignment, folder: Path) -> None:
    for name in assignment.settings.files:
        edited = folder / name
        if edited.is_file():
            (assignment.folder / name).write_bytes(edited.read_bytes())
