"""Random archives: nothing is written outside of the folder they are unpacked into, no link is made, no bomb opens."""

import io
import os
import random
import tarfile
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest

from autograder.errors import NotebookError
from autograder.notebooks.submitted_files import unpack

NAMES = (
    "a.ipynb", "b/c.ipynb", "../x", "../../x", "/tmp/x", "b/../../x", "..", ".", "b\\..\\..\\x", "a.ipynb/x",
    "C:/x", "con\nx", "x" * 300, "é", "//x", "./.././x", "b/link/x", "link", "link/x",
)  # fmt: skip
TARGETS = ("/etc/passwd", "../../secret", "a.ipynb", "/", "..", "link")


def names(rng: random.Random) -> list[str]:
    """A few names, most of them harmless, some of them twice."""
    count = rng.randint(1, 4)
    return [rng.choice(NAMES) if rng.random() < 0.1 else f"folder/{number}.ipynb" for number in range(count)]


def packed_zip(rng: random.Random) -> bytes:
    """A zip file with hostile names, links, and members that unpack to a thousand times their size."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names(rng):
            info = zipfile.ZipInfo(name)
            info.external_attr = rng.choice((*[0o100644] * 9, 0o120777, 0o040755, 0o010644, 0o104755)) << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, rng.choice([b"x", rng.choice(TARGETS).encode(), bytes(2**21)]))
    return data.getvalue()


def packed_tar(rng: random.Random) -> bytes:
    """A tar.gz file with hostile names, links, devices and pipes."""
    data = io.BytesIO()
    kinds = (tarfile.REGTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE)
    with tarfile.open(
        fileobj=data, mode="w:gz", format=rng.choice((tarfile.GNU_FORMAT, tarfile.PAX_FORMAT))
    ) as archive:
        for name in names(rng):
            info = tarfile.TarInfo(name)
            info.type, info.linkname, info.mode = (
                rng.choice((*[tarfile.REGTYPE] * 9, *kinds)),
                rng.choice(TARGETS),
                0o4777,
            )
            content = rng.choice([b"x", bytes(2**21)]) if info.type == tarfile.REGTYPE else b""
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return data.getvalue()


def damaged(data: bytes, rng: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.choice((0, 0, 1, 5))):
        changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed if rng.random() < 0.9 else changed[: rng.randrange(len(changed))])


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("count", [60, pytest.param(400, marks=pytest.mark.slow)], ids=["short", "long"])
def test_an_archive_is_unpacked_into_its_folder_or_refused(count: int, tmp_path: Path) -> None:
    rng, unpacked = random.Random(count), 0
    (tmp_path / "secret").write_text("secret", encoding="utf-8")
    for number in range(count):
        make, suffix = rng.choice([(packed_zip, ".zip"), (packed_tar, ".tar.gz")])
        outer = tmp_path / str(number)
        outer.mkdir()
        archive = outer / f"handed_in{suffix}"
        archive.write_bytes(damaged(make(rng), rng))
        with suppress(NotebookError):
            unpack(archive, outer / "into")
            unpacked += 1
        assert set(os.listdir(outer)) <= {archive.name, "into"}
        found = list((outer / "into").rglob("*"))
        assert not [path for path in found if path.is_symlink() or not (path.is_file() or path.is_dir())]
        assert not [
            path for path in found if path.is_file() and (path.stat().st_nlink > 1 or path.stat().st_mode & 0o6000)
        ]
    assert sorted(os.listdir(tmp_path)) == sorted(["secret", *map(str, range(count))])
    assert unpacked > count // 50
