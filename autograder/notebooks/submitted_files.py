"""Copies submitted folders and unpacks archives, and refuses what the folder of a notebook never holds.

Links are refused because they may lead to a solution, or out of the folder; devices and pipes because reading them
may not end. A folder may belong to a student who changes it at the same moment, so files are opened relative to the
folder that was checked, and what counts is the file that was opened.
"""

from __future__ import annotations

import gzip
import io
import os
import stat
import tarfile
import tempfile
import zipfile
from collections.abc import Collection, Iterator
from pathlib import Path, PurePosixPath
from typing import IO, NoReturn, cast

from autograder.errors import NotebookError

MAX_FILES = 10_000
MAX_FOLDER_BYTES = 100_000_000  # as nbgrader's own CourseDirectory.max_dir_size
MAX_EXPANSION = 20
"""How many times larger than itself the contents of an archive may be; notebooks are compressed five- to tenfold."""

MAX_DEPTH = 20
"""How many folders may lie inside each other; a path of a thousand can neither be walked through nor removed."""

_TOO_DEEP = f"its folders are nested more than {MAX_DEPTH} deep; submit the notebook alone"
_CHUNK = 2**16
_MAX_DIRECTORY = 2**22
"""The largest table of contents of a zip file, in bytes: 10,000 files with long names."""


def check_folder(folder: Path) -> None:
    """Raises NotebookError for a link, anything that is neither file nor folder, too many files or nested folders."""
    for _ in _files(folder):
        pass


def copy_folder(source: Path, target: Path) -> None:
    """Copies the files of a folder into a new one; raises as :func:`check_folder` does."""
    limit = _Limit(MAX_FOLDER_BYTES)
    target.mkdir(parents=True)
    for name, file in _files(source):
        limit.write(file, target / name)


def read_folder(folder: Path, most: int, skip: Collection[str] = ()) -> dict[str, bytes]:
    """Reads the files of a folder, by their paths in it, up to ``most`` bytes; raises as :func:`check_folder` does."""
    read: dict[str, bytes] = {}
    for name, file in _files(folder, skip):
        read[str(name)] = data = file.read(most + 1)
        most -= len(data)
        if most < 0:
            raise NotebookError("its files are too large to be put beside the notebook")
    return read


def unpack(archive: Path, target: Path) -> None:
    """Unpacks a zip or tar.gz archive into a folder.

    Raises NotebookError for a link, a device, a path that leads out of the archive, an archive that cannot be read,
    and one that is far larger unpacked.
    """
    size = MAX_FOLDER_BYTES + MAX_EXPANSION * archive.stat().st_size
    try:
        if zipfile.is_zipfile(archive):
            _unpack_zip(archive, target, _Limit(size))
        else:
            _unpack_tar(archive, target, size)
    except NotebookError:
        raise
    except Exception as error:  # the decompressors raise what they like
        raise NotebookError(f"the archive cannot be unpacked ({error}); download or submit it again") from error


def _files(folder: Path, skip: Collection[str] = ()) -> Iterator[tuple[PurePosixPath, IO[bytes]]]:
    """Yields the relative path of each file, and the file, which is open until the next one is asked for."""
    if not stat.S_ISDIR(os.lstat(folder).st_mode):
        raise NotebookError("it is a link or a file; submit a folder")
    limit = _Limit(MAX_FOLDER_BYTES)
    for parent, folders, names, fd in os.fwalk(folder, onerror=_raise):  # it follows no link to a folder
        inside = PurePosixPath(os.path.relpath(parent, folder))
        if folders and len(inside.parts) >= MAX_DEPTH:
            raise NotebookError(_TOO_DEEP)
        for name in folders:
            if not stat.S_ISDIR(os.stat(name, dir_fd=fd, follow_symlinks=False).st_mode):
                raise NotebookError(f"{str(inside / name)!r} is a link; submit the files themselves")
            limit.add_file(0)
        for name in names:
            if str(inside / name) in skip:
                continue
            with _open_regular(name, fd, inside / name) as file:
                limit.add_file(os.fstat(file.fileno()).st_size)
                yield inside / name, file


def _open_regular(name: str, folder_fd: int, shown: PurePosixPath) -> IO[bytes]:
    status = os.stat(name, dir_fd=folder_fd, follow_symlinks=False)
    if stat.S_ISREG(status.st_mode):
        # It may have become a link or a pipe since: neither is followed or waited for.
        fd = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder_fd)
        status = os.fstat(fd)
        if stat.S_ISREG(status.st_mode) and status.st_nlink == 1:
            return os.fdopen(fd, "rb")
        os.close(fd)
    is_link = stat.S_ISLNK(status.st_mode) or stat.S_ISREG(status.st_mode)
    raise NotebookError(f"{str(shown)!r} is {'a link' if is_link else 'not a file'}; submit the files themselves")


def _unpack_zip(path: Path, target: Path, limit: _Limit) -> None:
    with _SmallReads(path, _MAX_DIRECTORY) as packed, zipfile.ZipFile(packed) as archive:
        for info in archive.infolist():
            if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):  # others decompress all at once
                raise NotebookError(f"{info.filename!r} is packed by an unusual method; pack an ordinary zip file")
            kind = stat.S_IFMT(info.external_attr >> 16)
            if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
                raise NotebookError(f"{info.filename!r} is a link or a device; submit the files themselves")
            limit.add_file(0)
            if not info.is_dir():
                with archive.open(info) as file:
                    limit.write(file, target / _inside(info.filename))


def _unpack_tar(path: Path, target: Path, size: int) -> None:
    # Decompressed to disk first: tarfile reads whole headers into memory, however large they are.
    with tempfile.NamedTemporaryFile() as plain:
        with gzip.open(path) as packed:
            _Limit(size).copy(cast("IO[bytes]", packed), cast("IO[bytes]", plain))
        plain.flush()
        limit = _Limit(size)
        with _SmallReads(plain.name, _CHUNK) as unpacked, tarfile.open(fileobj=unpacked, mode="r:") as archive:
            for member in archive:
                if not (member.isfile() or member.isdir()):
                    raise NotebookError(f"{member.name!r} is a link or a device; submit the files themselves")
                limit.add_file(0)
                file = archive.extractfile(member)
                if file is not None:
                    limit.write(file, target / _inside(member.name))


def _inside(name: str) -> PurePosixPath:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or not path.parts:
        raise NotebookError(f"the path {name!r} leads out of the archive; submit the files themselves")
    if len(path.parts) > MAX_DEPTH:
        raise NotebookError(_TOO_DEEP)
    return path


def _raise(error: OSError) -> NoReturn:
    raise error


class _SmallReads(io.FileIO):
    """A file for zipfile and tarfile, which read as many bytes at once as a header says: it refuses to give more."""

    def __init__(self, path: Path | str, most: int) -> None:
        super().__init__(path)
        self._most = most

    def read(self, size: int | None = -1, /) -> bytes:
        """Reads like any file, but raises NotebookError for more than the limit."""
        if size is None or size < 0:
            size = os.fstat(self.fileno()).st_size - self.tell()
        if size > self._most:
            raise NotebookError("its headers are far too large; submit the notebook alone")
        return super().read(size) or b""


class _Limit:
    """Counts files and bytes, and raises NotebookError when there are too many."""

    def __init__(self, size: int) -> None:
        self._bytes, self._files = size, MAX_FILES

    def add_file(self, size: int) -> None:
        """Counts a file."""
        self._files -= 1
        if self._files < 0:
            raise NotebookError(f"it holds more than {MAX_FILES} files; submit the notebook alone")
        self._add_bytes(size)

    def write(self, source: IO[bytes], path: Path) -> None:
        """Writes a new file: an archive may hold two of the same name, and the second one would be a surprise."""
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as target:
            self.copy(source, target)

    def copy(self, source: IO[bytes], target: IO[bytes]) -> None:
        """Copies to the end of ``source``, and counts what is really there."""
        while chunk := source.read(_CHUNK):
            self._add_bytes(len(chunk))
            target.write(chunk)

    def _add_bytes(self, size: int) -> None:
        self._bytes -= size
        if self._bytes < 0:
            raise NotebookError("its files are far too large; clear the outputs of the notebook and submit it alone")
