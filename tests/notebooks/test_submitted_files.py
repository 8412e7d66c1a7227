"""Folders and archives are taken in without a link, a device, or more than anybody would submit."""

import gzip
import io
import os
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.errors import NotebookError
from autograder.notebooks import submitted_files
from autograder.notebooks.submitted_files import check_folder, copy_folder, read_folder, unpack


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "ada+a1+now"
    (made / "data").mkdir(parents=True)
    (made / "a1.ipynb").write_text("{}")
    (made / "data" / "x.csv").write_text("1,2")
    (tmp_path / "solution.ipynb").write_text("secret")
    (tmp_path / "solutions").mkdir()
    return made


def tree(root: Path) -> dict[str, str]:
    return {path.relative_to(root).as_posix(): path.read_text() for path in root.rglob("*") if path.is_file()}


def test_files_are_copied(folder: Path, tmp_path: Path) -> None:
    copy_folder(folder, tmp_path / "copy")
    assert tree(tmp_path / "copy") == {"a1.ipynb": "{}", "data/x.csv": "1,2"}


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda folder: (folder / "b").symlink_to("../solution.ipynb"), "'b' is a link"),
        (lambda folder: (folder / "data" / "b").symlink_to("/nowhere"), "'data/b' is a link"),
        (lambda folder: (folder / "data" / "b").symlink_to("../../solutions"), "'data/b' is a link"),
        (lambda folder: (folder / "b").hardlink_to(folder.parent / "solution.ipynb"), "'b' is a link"),
        (lambda folder: os.mkfifo(folder / "b"), "'b' is not a file"),
    ],
)
def test_links_and_devices_are_refused(folder: Path, make: Callable[[Path], None], reason: str) -> None:
    make(folder)
    with pytest.raises(NotebookError, match=reason):
        check_folder(folder)
    with pytest.raises(NotebookError, match=reason):
        copy_folder(folder, folder.parent / "copy")


def test_the_folder_itself_is_no_link(folder: Path) -> None:
    link = folder.parent / "eve+a1+now"
    link.symlink_to(folder)
    with pytest.raises(NotebookError, match="it is a link"):
        check_folder(link)


def test_a_file_that_becomes_a_link_is_not_followed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.open

    def swapped(path: str, flags: int, **options: int) -> int:
        if path == "a1.ipynb":
            (folder / path).unlink()
            (folder / path).symlink_to("../solution.ipynb")
        return real(path, flags, **options)

    monkeypatch.setattr(os, "open", swapped)
    with pytest.raises(OSError, match="symbolic links"):
        copy_folder(folder, folder.parent / "copy")
    assert not tree(folder.parent / "copy").get("a1.ipynb")


def test_a_folder_of_too_many_files_or_bytes_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(submitted_files, "MAX_FILES", 2)
    with pytest.raises(NotebookError, match="more than 2 files"):
        check_folder(folder)
    monkeypatch.undo()
    with (folder / "a1.ipynb").open("wb") as file:
        file.truncate(submitted_files.MAX_FOLDER_BYTES + 1)
    with pytest.raises(NotebookError, match="too large"):
        check_folder(folder)


def zipped(path: Path, *members: tuple[str, bytes, int]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data, mode in members:
            info = zipfile.ZipInfo(name)
            info.external_attr = mode << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return path


def tarred(path: Path, *members: tarfile.TarInfo) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for member in members:
            archive.addfile(member, io.BytesIO(bytes(member.size)))
    return path


def member(name: str, kind: bytes = tarfile.REGTYPE, target: str = "", size: int = 0) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.size = kind, target, size
    return info


def test_archives_are_unpacked(tmp_path: Path) -> None:
    unpack(zipped(tmp_path / "a.zip", ("x/", b"", 0o40755), ("x/a1.ipynb", b"{}", 0o100777)), tmp_path / "a")
    assert tree(tmp_path / "a") == {"x/a1.ipynb": "{}"}
    assert not (tmp_path / "a" / "x" / "a1.ipynb").stat().st_mode & 0o111
    unpack(tarred(tmp_path / "b.tar.gz", member("x", tarfile.DIRTYPE), member("x/a1.ipynb", size=1)), tmp_path / "b")
    assert tree(tmp_path / "b") == {"x/a1.ipynb": "\0"}


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ([("a", b"/etc/passwd", 0o120777)], "is a link or a device"),
        ([("../a", b"", 0)], "leads out of the archive"),
        ([("/a", b"", 0)], "leads out of the archive"),
        ([("x/../../a", b"", 0)], "leads out of the archive"),
        ([("a", b"1", 0), ("./a", b"2", 0)], "cannot be unpacked"),
        ([("a", bytes(110 * 2**20), 0)], "far too large"),
    ],
)
def test_a_zip_that_is_no_plain_folder_is_refused(
    tmp_path: Path, members: list[tuple[str, bytes, int]], reason: str
) -> None:
    with pytest.raises(NotebookError, match=reason):
        unpack(zipped(tmp_path / "a.zip", *members), tmp_path / "in" / "a")
    assert not (tmp_path / "a").exists()


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (member("a", tarfile.SYMTYPE, "/etc/passwd"), "is a link or a device"),
        (member("a", tarfile.LNKTYPE, "/etc/passwd"), "is a link or a device"),
        (member("a", tarfile.CHRTYPE), "is a link or a device"),
        (member("a", tarfile.FIFOTYPE), "is a link or a device"),
        (member("../a"), "leads out of the archive"),
        (member("/a"), "leads out of the archive"),
        (member("a", size=110 * 2**20), "far too large"),
        (member("a" * 2**27), "far too large"),
    ],
)
def test_a_tar_that_is_no_plain_folder_is_refused(tmp_path: Path, found: tarfile.TarInfo, reason: str) -> None:
    with pytest.raises(NotebookError, match=reason):
        unpack(tarred(tmp_path / "a.tar.gz", found), tmp_path / "in" / "a")
    assert not (tmp_path / "a").exists()


@pytest.mark.parametrize(
    "data", [b"", b"PK\x05\x06", b"x" * 1000, gzip.compress(b"x", mtime=0), gzip.compress(b"x", mtime=0)[:-3]]
)
def test_what_is_no_archive_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.zip").write_bytes(data)
    with pytest.raises(NotebookError, match="cannot be unpacked"):
        unpack(tmp_path / "a.zip", tmp_path / "a")


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_zip_that_is_unpacked_all_at_once_is_refused(tmp_path: Path, method: int) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", method) as archive:
        archive.writestr("a1.ipynb", b"{}")
    with pytest.raises(NotebookError, match="packed by an unusual method"):
        unpack(tmp_path / "a.zip", tmp_path / "a")


def test_what_is_nested_deep_is_refused(tmp_path: Path) -> None:
    deep = "d/" * submitted_files.MAX_DEPTH
    (tmp_path / "folder" / deep).mkdir(parents=True)
    check_folder(tmp_path / "folder")
    (tmp_path / "folder" / deep / "d").mkdir()
    with pytest.raises(NotebookError, match="nested more than"):
        check_folder(tmp_path / "folder")
    with pytest.raises(NotebookError, match="nested more than"):
        unpack(zipped(tmp_path / "a.zip", (f"{deep}x", b"", 0)), tmp_path / "a")
    with pytest.raises(NotebookError, match="nested more than"):
        unpack(tarred(tmp_path / "a.tar.gz", member(f"{deep}x")), tmp_path / "a")


def test_files_are_read_up_to_a_size_and_without_those_of_the_course(folder: Path) -> None:
    read = {"a1.ipynb": b"{}", "data/x.csv": b"1,2"}
    assert read_folder(folder, 5) == read
    assert read_folder(folder, 2, skip={"data/x.csv"}) == {"a1.ipynb": b"{}"}
    with pytest.raises(NotebookError, match="too large to be put beside the notebook"):
        read_folder(folder, 4)


def test_large_headers_are_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for number in range(100):
            archive.writestr(f"{number:060000}", b"")
    with pytest.raises(NotebookError, match="headers are far too large"):
        unpack(tmp_path / "a.zip", tmp_path / "a")
    with pytest.raises(NotebookError, match="headers are far too large"):
        unpack(tarred(tmp_path / "a.tar.gz", member("a" * 2**17)), tmp_path / "a")
