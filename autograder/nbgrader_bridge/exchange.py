"""Plugins of nbgrader that take in submissions without following a link out of them.

nbgrader_config.py names them: ``Collect`` replaces nbgrader's own for ``nbgrader collect`` and formgrader's button,
``Extractor`` and ``Collector`` for ``nbgrader zip_collect``. A submission that is refused is logged with the reason,
and the others are collected.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from nbgrader.exchange.default import ExchangeCollect
from nbgrader.plugins import ExtractorPlugin, FileNameCollectorPlugin

from autograder.course.roster import name_problem, printable
from autograder.course.times import parse_time
from autograder.errors import NotebookError
from autograder.nbgrader_bridge.gradebook import read_times_strictly
from autograder.notebooks.submitted_files import check_folder, copy_folder, unpack

_NESTED = 2
"""How deep archives are unpacked: a learning platform packs those of all students into one."""

Record = dict[str, Any]

read_times_strictly()


class Collect(ExchangeCollect):
    """Collects from the exchange's inbound folder, into which every student can put anything."""

    src_records: list[Record]

    def _path_to_record(self, path: str) -> Record:
        """Adds to nbgrader's record of a submission why it is refused; such a one is never before the due date."""
        filename = os.path.basename(path)
        username, *rest = filename.rsplit("+", 3)
        when = parse_time(rest[1]) if len(rest) > 1 else None
        record: Record = {"username": username, "filename": filename, "timestamp": when}
        if when is None:
            record["username"], refused = "", "its name is not <student>+<assignment>+<time>"
        else:
            refused = name_problem(username) or _folder_problem(Path(path))
        if refused:
            self.log.error("%r in inbound is refused: %s", printable(record["filename"]), refused)
            record["timestamp"] = datetime.max  # noqa: DTZ901  # as nbgrader stores it
        return {**record, "refused": refused}

    def _sort_by_timestamp(self, records: Iterable[Record]) -> list[Record]:
        """Sorts refused ones to the end: nbgrader takes the first, and somebody else's must not get in its way."""
        newest: list[Record] = super()._sort_by_timestamp(records)
        return sorted(newest, key=lambda record: bool(record["refused"]))

    def copy_files(self) -> None:
        """Copies the submissions that are not refused."""
        self.src_records = [record for record in self.src_records if not record["refused"]]
        super().copy_files()

    def do_copy(self, src: str, dest: str, log: Any = None) -> None:
        """Copies a folder by way of a private one, so that nbgrader reads nothing that a student can still change."""
        with tempfile.TemporaryDirectory() as private:
            draft = Path(private, "submission")
            try:
                copy_folder(Path(src), draft)
                super().do_copy(str(draft), dest, log)
            except Exception as error:  # noqa: BLE001 - whatever it is, the others are collected
                self.log.error("%r is refused: %s", src, _reason(error))  # noqa: TRY400 - the reason says all


def _folder_problem(folder: Path) -> str:
    try:
        check_folder(folder)
    except Exception as error:  # noqa: BLE001 - as above
        return _reason(error)
    return ""


def _reason(error: Exception) -> str:
    return str(error) if isinstance(error, (NotebookError, OSError)) else f"{type(error).__name__}: {error}"


class Extractor(ExtractorPlugin):
    """Unpacks downloaded archives, but no links, nothing outside of its own folder, and no bombs."""

    def extract(self, archive_path: str, extracted_path: str) -> None:
        """Copies the files of the folder ``archive_path``, and those in archives there, into ``extracted_path``."""
        downloads = Path(archive_path)
        for path in sorted(downloads.rglob("*")):
            target = Path(extracted_path, path.relative_to(downloads))
            if path.is_symlink():
                self.log.error("%r is refused: it is a link", str(path))
            elif path.is_file() and path.suffix in self.zip_ext:
                self._unpack(path, target, _NESTED)
            elif path.is_file():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, target)

    def _unpack(self, archive: Path, target: Path, levels: int) -> None:
        """Unpacks an archive and those in it, each beside ``target``; one that is refused leaves no file behind."""
        folder = target.with_name(target.stem.removesuffix(".tar") or "archive")
        while folder.exists():
            folder = folder.with_name(f"{folder.name}-unpacked")
        self.log.info("Extracting from: %s", archive)
        try:
            unpack(archive, folder)
        except Exception as error:  # noqa: BLE001 - as above
            self.log.error("%r is refused: %s", str(archive), _reason(error))  # noqa: TRY400 - as above
            shutil.rmtree(folder, ignore_errors=True)
            return
        inner = [path for path in folder.rglob("*") if path.suffix in self.zip_ext and path.is_file()]
        for path in sorted(inner) if levels > 1 else ():
            self._unpack(path, path, levels - 1)


class Collector(FileNameCollectorPlugin):
    """Reads student and notebook from the name of a downloaded file, as nbgrader does."""

    def collect(self, submitted_file: str) -> dict[str, Any] | None:
        """Returns what the name says; None, and nbgrader skips the file, where no student can have that name."""
        found: dict[str, Any] | None = super().collect(submitted_file)
        if not found:
            return None
        refused = name_problem(str(found.get("student_id")))
        notebook = PurePosixPath(str(found.get("file_id")))
        if ".." in notebook.parts or notebook.is_absolute():
            refused = "the name of the notebook leads out of the submission"
        if refused:
            self.log.error("%r is refused: %s", printable(submitted_file), refused)
            return None
        return found
