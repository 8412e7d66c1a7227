"""The data of an assignment: found by its script, shared by every sandbox, and what is kept is kept."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from textwrap import dedent

import numpy as np
import pytest

from autograder.course.data import Data, load
from autograder.errors import AssignmentError, WireError
from autograder.protocol.values import Stored
from autograder.sandbox.host.self_test import tier_for_this_machine
from autograder.sandbox.host.zygote import Zygote
from autograder.testing.process import StudentError, StudentProcess
from autograder.testing.student import Student

SCRIPT = """
import numpy as np
from autograder import Data
from beside import SAID

def load(*, download):
    return Data("Tiny", f"{SAID}, download={download}", public={"x": np.arange(6.0)}, private={"y": np.ones(2)})
"""


def made(arrays: str) -> str:
    """A script that finds these arrays."""
    return f"import numpy as np\nfrom autograder import Data\ndef load(*, download): return Data('Tiny', '', {arrays})"


def script(folder: Path, text: str = SCRIPT) -> Path:
    (folder / "beside.py").write_text("SAID = 'from here'\n")
    path = folder / "data.py"
    path.write_text(dedent(text))
    return path


def test_the_script_finds_the_data_and_may_import_what_lies_beside_it(tmp_path: Path) -> None:
    found = load(script(tmp_path), download=False)
    assert found is not None
    assert (found.name, found.origin) == ("Tiny", "from here, download=False")
    with pytest.raises(ImportError):
        __import__("beside")


def test_an_assignment_without_a_script_has_no_data(tmp_path: Path) -> None:
    assert load(tmp_path / "data.py") is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("raise OSError('no disk')", "OSError: no disk"),
        ("def load(*, download):\n    return 3", "returned an object of type 'int'; return autograder.Data"),
        ("x = 1", "AttributeError"),
        ("raise SystemExit(0)", "SystemExit: 0"),
        (made("public={'x': [1, 2]}, private={}"), "'x' is a list; use a NumPy array of numbers"),
        (made("public={}, private={'y': np.array(['a'])}"), "'y' is an array of <U1"),
        (
            made("public={'x': np.ones(2**26)}, private={}"),
            "the array 'x' has 512 MB; split it into arrays of at most 256 MB",
        ),
        (made("public={'x': np.ones(1)}, private={'x': np.ones(1)}"), "'x' is both public and private"),
    ],
)
def test_a_script_that_fails_is_named(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(AssignmentError, match=message) as raised:
        load(script(tmp_path, text))
    assert str(tmp_path / "data.py") in str(raised.value)


def test_tests_get_references_to_what_is_given(tmp_path: Path) -> None:
    data = Data("Tiny", "", public={"x": np.arange(3)}, private={"y": np.ones(2)}).for_tests()
    assert isinstance(data.public["x"], Stored)
    assert isinstance(data.private["y"], np.ndarray)
    part = data.public["x"][[1, 2]]
    assert part.index is not None
    assert part.index.tolist() == [1, 2]
    with pytest.raises(TypeError, match="index the whole array once"):
        part[0]


@pytest.fixture(scope="module")
def stocked() -> Iterator[Zygote]:
    data = {"x": np.arange(6.0), "images": np.ones((1000, 28, 28), dtype=np.float32)}
    with Zygote(("numpy",), tier=tier_for_this_machine(), data=data) as zygote:
        yield zygote


@contextmanager
def student(zygote: Zygote, source: str) -> Iterator[Student]:
    sandbox = zygote.spawn()
    sandbox.run_cell(source, seconds=5)
    process = StudentProcess(sandbox.fork, seconds=2.0, locate=lambda number, line: "")
    yield Student(process)
    process.close()
    zygote.retire(sandbox)


def test_the_arrays_are_in_every_students_process(stocked: Zygote) -> None:
    for _ in range(2):
        with student(stocked, "def total(x): return float(x.sum())") as asked:
            assert asked.total(Stored("x")) == 15.0
            assert asked.total(Stored("x")[np.array([5, 1])]) == 6.0
            assert asked.total(Stored("images")) == 784000.0


def test_a_student_who_changes_the_data_changes_a_copy(stocked: Zygote) -> None:
    with student(stocked, "def total(x):\n    x[:] = 0\n    return float(x.sum())") as vandal:
        assert vandal.total(Stored("x")) == 0.0
    with student(stocked, "def total(x): return float(x.sum())") as asked:
        assert asked.total(Stored("x")) == 15.0


def test_data_that_is_not_there_is_an_error_of_the_call(stocked: Zygote) -> None:
    with student(stocked, "def total(x): return x") as asked, pytest.raises(StudentError):
        asked.total(Stored("labels"))


def test_what_is_kept_is_not_in_the_sandbox(tmp_path: Path) -> None:
    """The warm process is sent what is given, and nothing else of the data."""
    (tmp_path / "beside.py").write_text("SAID = ''\n")
    data = load(script(tmp_path))
    assert data is not None
    look = "from autograder.sandbox.guest import kernel\ndef held(): return sorted(kernel.STORED)"
    with Zygote(("numpy",), tier=tier_for_this_machine(), data=data.public) as zygote, student(zygote, look) as asked:
        assert asked.held() == ["x"]


def test_no_reference_comes_back(stocked: Zygote) -> None:
    """A reference is the trusted side's word; from a student it is a bad frame."""
    from autograder.sandbox.host.replies import revive

    with pytest.raises(WireError, match="unknown tag 'm'"):
        revive("m", ["x", None])
