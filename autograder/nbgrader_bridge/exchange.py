"""Plugins of nbgrader that take in submissions without following a link out of them, and give feedback back.

:mod:`autograder.nbgrader_bridge.configuration` names them: ``Collect`` replaces nbgrader's own for ``nbgrader
collect`` and formgrader's button, ``Extractor`` and ``Collector`` for ``nbgrader zip_collect``, ``List`` for
``nbgrader list`` and formgrader's pages, and ``ReleaseFeedback`` for ``nbgrader release_feedback``. A submission that
is refused is logged with the reason, and the others are collected.
"""

from __future__ import annotations

import glob
import os
import pwd
import re
import shutil
import tempfile
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from nbgrader.exchange import ExchangeError
from nbgrader.exchange.default import ExchangeCollect, ExchangeList, ExchangeReleaseFeedback
from nbgrader.plugins import ExtractorPlugin, FileNameCollectorPlugin

from autograder.course.submitted.roster import name_problem, printable
from autograder.course.submitted.times import NOTES, parse_time, read_note
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
        username, when = filename.split("+")[0], parse_time(_time_in(filename))
        record: Record = {"username": username, "filename": filename, "timestamp": when}
        if when is None:
            record["username"], refused = "", "its name is not <student>+<assignment>+<time>"
        else:
            refused = name_problem(username) or self._owner_problem(path, username) or _folder_problem(Path(path))
        if refused:
            self.log.error("%r in inbound is refused: %s", printable(record["filename"]), refused)
            record["timestamp"] = datetime.max  # noqa: DTZ901  # as nbgrader stores it
        return {**record, "refused": refused}

    def _owner_problem(self, path: str, student: str) -> str:
        """Returns why a folder is not the student's, where nbgrader warns; everybody can write to inbound."""
        try:
            owner = os.lstat(path).st_uid
            account = pwd.getpwuid(owner).pw_name
        except OSError as error:
            return str(error)
        except KeyError:
            account = str(owner)
        if not self.check_owner or account == student or owner == os.geteuid():
            return ""
        return (
            f"it belongs to the account {account!r}; where students submit under other names than their accounts, "
            "set c.ExchangeCollect.check_owner = False"
        )

    def _sort_by_timestamp(self, records: Iterable[Record]) -> list[Record]:
        """Sorts refused ones to the end: nbgrader takes the first, and somebody else's must not get in its way."""
        newest: list[Record] = super()._sort_by_timestamp(records)
        return sorted(newest, key=lambda record: bool(record["refused"]))

    def copy_files(self) -> None:
        """Copies the submissions that are not refused."""
        self.src_records = [record for record in self.src_records if not record["refused"]]
        super().copy_files()

    def do_copy(self, src: str, dest: str, log: Any = None) -> None:
        """Copies a folder by way of a private one, so that nbgrader reads nothing that a student can still change.

        The time of the submission is the one in the folder's name, by which it was chosen, not the one in the folder.
        """
        with tempfile.TemporaryDirectory() as private:
            draft = Path(private, "submission")
            try:
                copy_folder(Path(src), draft)
                (draft / "timestamp.txt").write_text(_time_in(os.path.basename(src)), encoding="utf-8")
                super().do_copy(str(draft), dest, log)
            except Exception as error:  # noqa: BLE001 - whatever it is, the others are collected
                self.log.error("%r is refused: %s", src, _reason(error))  # noqa: TRY400 - the reason says all


def _time_in(filename: str) -> str:
    """Returns the third part of ``<student>+<assignment>+<time>+<random>``, or nothing."""
    return "".join(filename.split("+")[2:3])


def _folder_problem(folder: Path) -> str:
    try:
        check_folder(folder)
    except Exception as error:  # noqa: BLE001 - as above
        return _reason(error)
    return ""


def _reason(error: Exception) -> str:
    return str(error) if isinstance(error, (NotebookError, OSError)) else f"{type(error).__name__}: {error}"


def is_not_set_up(root: str) -> bool:
    """Returns whether nobody has configured or created an exchange, which most courses do not need."""
    return bool(root == ExchangeList.root.default_value) and not os.path.isdir(root)


class List(ExchangeList):
    """Lists what is in the exchange; formgrader asks for it each time, also in a course that has no exchange."""

    def ensure_root(self) -> None:
        """Says quietly that there is no exchange, unless one was configured."""
        if is_not_set_up(self.root):
            self.log.info("there is no exchange: %r does not exist", self.root)
            raise ExchangeError
        super().ensure_root()


class ReleaseFeedback(ExchangeReleaseFeedback):
    """Releases feedback for those whose submission came by the exchange; nbgrader would end at any other."""

    def copy_files(self) -> None:
        """Copies each page to the exchange, except of students whose folder lacks a file that nbgrader needs."""
        folders = self.coursedir
        path = folders.format_path(folders.feedback_directory, folders.student_id or "*", folders.assignment_id)
        excluded = set(folders.student_id_exclude.split(",")) - {""}
        for folder in map(Path, glob.glob(path)):
            missing = [name for name in NOTES if not read_note(folder / name)]
            if missing:
                self.log.error("feedback in %r is not released: it has no %s", str(folder), " and no ".join(missing))
                excluded.add(folder.parent.name)
        folders.student_id_exclude = ",".join(sorted(excluded))
        super().copy_files()


class Extractor(ExtractorPlugin):
    """Unpacks downloaded archives, but no links, nothing outside of its own folder, and no bombs."""

    root = Path()
    unpacked: dict[Path, Path]
    """The folder of each archive, and its path without the extension: whose it is, its name may say."""

    def extract(self, archive_path: str, extracted_path: str) -> None:
        """Copies the files of the folder ``archive_path``, and those in archives there, into ``extracted_path``."""
        downloads = Path(archive_path)
        self.root, self.unpacked = Path(extracted_path), {}
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
        folder = named = target.with_name(target.stem.removesuffix(".tar") or "archive")
        while folder.exists():
            folder = folder.with_name(f"{folder.name}-unpacked")
        self.unpacked[folder] = named
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
    """Reads student, time and notebook from the name of a downloaded file, as nbgrader does.

    Names inside an archive that a student has uploaded are the student's choice: whose it is, its own name says.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._found: set[tuple[str, str]] = set()
        self._untimed: set[str] = set()

    def collect(self, submitted_file: str) -> Record | None:
        """Returns what the name says; None, and nbgrader skips the file, where it cannot be what it says."""
        found: Record | None = super().collect(submitted_file)
        if not found:
            return None
        if found.get("timestamp"):
            found["timestamp"] = parse_time(str(found["timestamp"]))  # nbgrader would end where it is none
            if found["timestamp"] is None:
                self.log.warning("%r is collected without a time: its name holds none", printable(submitted_file))
        if refused := self._problem(Path(submitted_file), found):
            self.log.error("%r is refused: %s", printable(submitted_file), refused)
            return None
        return found

    def _problem(self, path: Path, found: Record) -> str | None:
        student, file_id = str(found.get("student_id")), str(found.get("file_id"))
        notebook = PurePosixPath(file_id)
        if problem := name_problem(student):
            return problem
        if ".." in notebook.parts or notebook.is_absolute():
            return "the name of the notebook leads out of the submission"
        if any(PurePosixPath(part).suffix in self.valid_ext for part in notebook.parts[:-1]):
            return "the name of a folder is one of a notebook"
        owner = self._owner(path)
        if owner and owner != (student, found.get("timestamp")):
            return (
                f"it is in an archive that {owner[0]!r} has handed in, and its own name says something else; "
                "if the archive is no student's, rename it"
            )
        file, timed = (student, os.path.splitext(file_id)[0]), found.get("timestamp") is not None
        if file in self._found and (not timed or student in self._untimed):
            return "there is another file for this notebook, and no time says which is newer; remove one"
        self._found.add(file)
        if not timed:
            self._untimed.add(student)
        return None

    def _owner(self, path: Path) -> tuple[str, datetime | None] | None:
        """Returns student and time in the name of the outermost archive that a file comes from, if it holds any."""
        extractor = getattr(self.parent, "extractor_plugin_inst", None)
        if not isinstance(extractor, Extractor):
            return None
        for folder in reversed(path.parents):
            name = f"{extractor.unpacked[folder]}{path.suffix}" if folder in extractor.unpacked else ""
            match = re.match(self.named_regexp, name)
            if match and match.start("student_id") > len(str(extractor.root)):
                when = match.groupdict().get("timestamp")
                return match["student_id"], parse_time(when) if when else None
        return None
