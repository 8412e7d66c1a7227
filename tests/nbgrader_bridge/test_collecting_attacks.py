"""What a student hands in by nbgrader's exchange or a learning platform stops nobody else's work from coming in."""

import logging
import os
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from course_fixtures import NAME, grade_class
from test_exchange import NEW, OLD, PATTERN, archive, attempt, collect, inbound, submit  # noqa: F401
from test_nbgrader_commands import nbgrader

from autograder.course.layout import Course
from autograder.nbgrader_bridge.exchange import Extractor

DEEP = 1500


@pytest.fixture(autouse=True)
def removed(tmp_path: Path) -> Iterator[None]:
    """Removes what is too deep for Python, and so for pytest, to remove."""
    yield
    subprocess.run(["rm", "-rf", str(tmp_path)], check=True)


def nest(folder: Path) -> None:
    """Makes folders inside each other, deeper than any path and any recursion."""
    here = os.getcwd()
    os.chdir(folder)
    for _ in range(DEEP):
        os.mkdir("d")
        os.chdir("d")
    os.chdir(here)


def test_a_deep_folder_in_inbound_stops_nobody(course: Course, inbound: Path) -> None:  # noqa: F811
    nest(submit(inbound, "deep", NEW, b"{}").parent)
    collect(course)
    assert sorted(path.name for path in course.submitted.iterdir()) == ["ada", "bob"]


def test_a_deep_archive_stops_nobody(archive: Path, tmp_path: Path) -> None:  # noqa: F811
    with zipfile.ZipFile(archive / "0.zip", "w") as file:
        for depth in range(200, DEEP, 200):
            file.writestr("d/" * depth + "x", b"")
    Extractor(log=logging.Logger("extract")).extract(str(archive), str(tmp_path / "extracted"))  # noqa: LOG001
    assert (tmp_path / "extracted" / attempt("ada")).is_file()
    list(os.walk(tmp_path / "extracted"))  # as nbgrader does next


def peak_mb(path: Path) -> float:
    """The memory that unpacking an archive takes, in a process of its own."""
    code = (
        "import sys; from pathlib import Path; from autograder.notebooks.submitted_files import unpack\n"
        "try: unpack(Path(sys.argv[1]), Path(sys.argv[1] + '-unpacked'))\n"
        "except Exception as error: pass\n"
        "print(Path('/proc/self/status').read_text().split('VmHWM:')[1].split()[0])"  # without what pytest itself takes
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], check=True, capture_output=True, text=True)
    return float(done.stdout) / 1024


@pytest.mark.slow
@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_archive_that_unfolds_in_memory_is_refused(tmp_path: Path, method: int) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", method) as bomb, bomb.open("a1.ipynb", "w") as file:
        for _ in range(32):
            file.write(bytes(2**24))
    assert peak_mb(tmp_path / "bomb.zip") < 300


@pytest.mark.slow
def test_an_archive_of_very_many_empty_files_takes_little_memory(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "many.zip", "w") as file:
        for number in range(300_000):
            file.writestr(f"{number:x}", b"")
    assert peak_mb(tmp_path / "many.zip") < 200


def test_a_tar_with_a_long_header_takes_little_memory(tmp_path: Path) -> None:
    long = 200 * 2**20
    header = tarfile.TarInfo("././@LongLink")
    header.type, header.size = tarfile.GNUTYPE_LONGNAME, long
    with tarfile.open(tmp_path / "long.tar.gz", "w:gz") as file:
        assert file.fileobj is not None
        file.fileobj.write(header.tobuf())
        for _ in range(8):
            file.fileobj.write(os.urandom(2**20))  # or the archive would be too small for what is in it
        for _ in range(24):
            file.fileobj.write(bytes(8 * 2**20))
    assert peak_mb(tmp_path / "long.tar.gz") < 200


def download_of(folder: Path, student: str, inner: dict[str, bytes]) -> None:
    """Puts an archive into the downloads that a student has uploaded under a name of the platform's choice."""
    with zipfile.ZipFile(folder / f"{student}_attempt_2026-01-30-20-30-10_{NAME}.zip", "w") as file:
        for name, data in inner.items():
            file.writestr(name, data)


@pytest.mark.slow
@pytest.mark.parametrize("time", ["2026-01-30-20-30-99", "9" * 40, "2099-01-30-20-30-10"])
def test_an_archive_names_nobody_but_its_owner(course: Course, archive: Path, time: str) -> None:  # noqa: F811
    """A name inside an archive is the student's choice: one of somebody else, or a time that cannot be read."""
    download_of(archive, "mallory", {f"ada_attempt_{time}_{NAME}.ipynb": b'{"cells": [], "nbformat": 4}'})
    nbgrader(course.root, "zip_collect", NAME)
    handed_in = course.submitted / "ada" / NAME / f"{NAME}.ipynb"
    assert handed_in.read_bytes() == (archive / attempt("ada")).read_bytes()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can hand in under another account")
def test_nobody_hands_in_for_somebody_else(course: Course, inbound: Path) -> None:  # noqa: F811
    """On a shared machine everybody can write to inbound, also a folder that begins with the name of another."""
    path = submit(inbound, "ada", "2099-01-01 00:00:00.000000 UTC", b'{"cells": [], "nbformat": 4}')
    os.chown(path.parent, 65534, 65534)
    collect(course)
    assert (course.submitted / "ada" / NAME / "timestamp.txt").read_text() == OLD


@pytest.mark.parametrize("target", ["/dev/null", "/usr/lib/os-release"])
def test_a_link_to_what_sandboxes_see_stops_nobody(course: Course, target: str) -> None:
    """The self-test, which tries to read a submission, takes none that is a link."""
    path = course.submitted / "ada" / NAME / f"{NAME}.ipynb"
    path.parent.mkdir(parents=True)
    path.symlink_to(target)
    assert grade_class(course)["ada"].score == 0.0
