"""notebook.py becomes source/, release/ and solutions/, and an edit made in Jupyter comes back.

    assignments/X/notebook.py ──build──► source/X/X.ipynb ──nbgrader──► release/X, solutions/X
                ▲                               │
                └──────── import_notebook ──────┘   when a person edited it

The bytes depend on the assignment alone: no time, no random id, no output. The source notebook carries a
fingerprint of what it was built from, so an edit is seen and never overwritten by accident.
"""

import difflib
import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from autograder.course.assignment import Assignment
from autograder.course.layout import Course, CourseAssignment
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

_NOT_BUILT = {"__pycache__", ".ipynb_checkpoints"}  # Python and Jupyter leave these behind


def build(place: CourseAssignment, *, force: bool = False) -> list[Path]:
    """Write source/, release/ and solutions/ of one assignment, and return the three folders.

    Raises `AssignmentError` when the assignment's folder breaks a rule, and `BuildError` when the source was edited by
    hand, unless `force` gives the edit up, and when nbgrader refuses; then the folders are as they were.
    """
    assignment = load_checked(place)
    if not force:
        _refuse_edited(place.source, assignment)
    folders = _folders(place)
    with _kept_on_failure(folders):
        _write_source(assignment, place.source)
        generate(place, _recorded(assignment))
    return folders


def stale(place: CourseAssignment) -> list[Path]:
    """The files that a build would write, change or remove; the course itself is not touched."""
    assignment = load_checked(place)
    with tempfile.TemporaryDirectory(prefix="autograder-") as scratch:
        fresh = CourseAssignment(_Scratch(Path(scratch), place.course), place.name)
        _write_source(assignment, fresh.source)
        generate(fresh, _recorded(assignment))
        return differing(place, fresh)


def load_checked(place: CourseAssignment) -> Assignment:
    """The assignment, after its hidden tests were checked without importing them."""
    assignment = place.load()
    check_sources(assignment.hidden_tests)
    return assignment


class _Scratch(Course):
    """An empty folder that is configured like a course, with a gradebook of its own."""

    def __init__(self, root: Path, like: Course) -> None:
        super().__init__(root)
        object.__setattr__(self, "config", like.config)

    @property
    def db_url(self) -> str:
        """A database in the folder, whatever the configuration says."""
        return f"sqlite:///{self.root / 'gradebook.db'}"


def differing(place: CourseAssignment, built: CourseAssignment) -> list[Path]:
    """The built files of an assignment that are not the same as in another course, where it was just built."""
    pairs = zip(_folders(place), _folders(built), strict=True)
    return [path for committed, fresh in pairs for path in _differences(committed, fresh)]


def import_notebook(course: Course, path: Path, *, force: bool = False) -> Path:
    """Bring a notebook that was edited in Jupyter back to notebook.py, whose path is returned.

    Cells that were not edited keep their exact text. Raises `BuildError` when notebook.py changed as well since
    the build, unless `force` gives that change up.
    """
    place = course.assignment(path.stem)
    target = place.folder / "notebook.py"
    notebook = read_notebook(path)
    cells = from_notebook(notebook, path)
    check_cells(cells, path)
    before, front = _written_so_far(target, force=force)
    if before and before != cells and not force:
        _refuse_diverged(place.load(), built_from(notebook), path)
    target.write_text(render(_with_old_text(cells, before), front), encoding="utf-8")
    if path.parent.resolve() == place.source.resolve():
        _import_files(place.load(), path.parent)
    return target


def _folders(place: CourseAssignment) -> list[Path]:
    """The folders that are built."""
    return [place.source, place.release, place.solution]


def _recorded(assignment: Assignment) -> list[str]:
    """The ids of the cells that nbgrader keeps in its gradebook."""
    named = zip(assignment.cells, cell_ids(assignment.cells), strict=True)
    return [name for cell, name in named if role(cell) not in ("prose", "experiment")]


def _files(assignment: Assignment) -> dict[str, bytes]:
    return {name: (assignment.folder / name).read_bytes() for name in assignment.settings.files}


def _tree(folder: Path) -> dict[str, bytes]:
    """Every file below `folder` by its relative path."""
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
    """The instructor's notebook and the files beside it, and nothing else: students get all of it."""
    files = _files(assignment)
    notebook = to_notebook(assignment.cells, fingerprint(assignment.cells, files))
    files[f"{assignment.name}.ipynb"] = notebook_text(notebook).encode()
    if folder.exists():
        shutil.rmtree(folder)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


@contextmanager
def _kept_on_failure(folders: Iterable[Path]) -> Iterator[None]:
    """Put `folders` back when the block fails; nbgrader deletes a release that it cannot generate."""
    with tempfile.TemporaryDirectory(prefix="autograder-") as scratch:
        kept = {folder: Path(scratch, str(count)) for count, folder in enumerate(folders)}
        for folder, copy in kept.items():
            if folder.exists():
                shutil.copytree(folder, copy)
        try:
            yield
        except BaseException:
            for folder, copy in kept.items():
                shutil.rmtree(folder, ignore_errors=True)
                if copy.exists():
                    shutil.copytree(copy, folder)
            raise


def _refuse_edited(folder: Path, assignment: Assignment) -> None:
    """Raise when a build would lose something that a person put into `folder`."""
    notebook = folder / f"{assignment.name}.ipynb"
    files = _tree(folder)
    if not files:
        return
    files.pop(notebook.name, None)
    try:
        found = read_notebook(notebook)
        now, built = fingerprint(from_notebook(found, notebook), files), built_from(found)
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


def _written_so_far(target: Path, *, force: bool) -> tuple[list[PercentCell], str]:
    """The cells of notebook.py and what stands before them; nothing when a file to be replaced cannot be read."""
    if not target.is_file():
        return [], ""
    text = target.read_text(encoding="utf-8")
    try:
        return parse(text, str(target)), front_matter(text)
    except AssignmentError:
        if force:
            return [], ""
        raise


def _with_old_text(cells: Sequence[PercentCell], before: Sequence[PercentCell]) -> list[PercentCell]:
    """`cells`, where each that stood in `before` is written as it was written there."""
    old, new = [_key(cell) for cell in before], [_key(cell) for cell in cells]
    result = [replace(cell, source=cell.source.rstrip()) for cell in cells]  # blank ends have no percent form
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
