"""`--unsafe-no-sandbox`: the folders that students work in are gone afterwards."""

import tempfile
import time
from pathlib import Path

import pytest

from autograder.errors import SandboxError
from autograder.sandbox.host.self_test import open_zygote
from autograder.sandbox.host.zygote import Gone

WRITES_FOR_EVER = """
import itertools, os
home = os.getcwd()
for number in itertools.count():
    os.makedirs(f"{home}/{number % 500}", exist_ok=True)
"""
FORKS_A_WRITER = f"""
import os
if pid := os.fork():
    print(pid)
else:
    {WRITES_FOR_EVER.strip().replace(chr(10), chr(10) + "    ")}
"""


def has_ended(pid: int) -> bool:
    """Whether the process is gone, or dead and waiting for somebody to notice."""
    for _ in range(100):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state in "ZX":
            return True
        time.sleep(0.05)
    return False


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary folders are made."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return tmp_path


def test_a_folder_without_a_sandbox_goes_with_the_student_who_worked_in_it(scratch: Path) -> None:
    with open_zygote(("numpy",), unsafe=True) as zygote:
        first, second = zygote.spawn(), zygote.spawn()
        places = []
        for sandbox in (first, second):
            sandbox.put_file("limit.txt", b"7")
            source = "import os; os.makedirs('a/b'); open('a/b/c', 'w'); os.chmod('a', 0); print(os.getcwd())"
            (output,) = sandbox.run_cell(source, seconds=5.0).outputs
            places.append(Path(output["text"].strip()))
        assert all(place.is_dir() for place in places)
        assert places[0] != places[1]
        assert scratch in places[0].parents
        zygote.retire(first)
        zygote.wait_for_retired()
        assert [place.exists() for place in places] == [False, True]
    assert list(scratch.iterdir()) == []
    second.kill()


def test_without_a_sandbox_a_large_file_of_the_course_is_a_copy(
    scratch: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.mktemp("course") / "large.bin"
    file.write_bytes(b"course")
    with open_zygote(("numpy",), unsafe=True) as zygote:
        sandbox = zygote.spawn(files=((str(file), "data/large.bin"),))
        source = "print(open('data/large.bin').read()); open('data/large.bin', 'w').write('mine')"
        assert sandbox.run_cell(source, seconds=5.0).outputs[0]["text"].startswith("course")
        zygote.retire(sandbox)
    assert file.read_bytes() == b"course"


def test_a_student_without_a_sandbox_who_is_killed_while_writing_leaves_nothing(scratch: Path) -> None:
    with open_zygote(("numpy",), unsafe=True) as zygote:
        sandbox = zygote.spawn()
        (output,) = sandbox.run_cell(FORKS_A_WRITER, seconds=5.0).outputs
        writer = int(output["text"])
        with pytest.raises(Gone):
            sandbox.request("cell", 0.2, {"source": WRITES_FOR_EVER, "number": 1, "seconds": 60.0, "text_bytes": 100})
        zygote.retire(sandbox)
        zygote.wait_for_retired()
        assert has_ended(writer)
        forgotten = zygote.spawn()
    assert list(scratch.iterdir()) == []
    forgotten.kill()


def test_a_zygote_without_a_sandbox_that_cannot_start_leaves_nothing(scratch: Path) -> None:
    with pytest.raises(SandboxError):
        open_zygote(("no_such_library",), unsafe=True)
    assert list(scratch.iterdir()) == []
