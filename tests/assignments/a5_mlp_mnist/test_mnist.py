"""The finder that students are handed with the digits: checked files or none, and what was used is said."""

import gzip
import hashlib
import importlib.util
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar

import numpy as np
import pytest
from course_fixtures import ROOT

from autograder.authoring.sample_class import copy_course, samples, submit
from autograder.course.data import load
from autograder.course.layout import Course
from autograder.grading import batch
from autograder.nbgrader_bridge.recorded import NbgraderGradebook

FOLDER = ROOT / "assignments" / "a5_mlp_mnist"
CONTENT = {name: f"the true {name}".encode() * 5000 for name in ("train_images", "test_labels")}


def module() -> ModuleType:
    spec = importlib.util.spec_from_file_location("mnist_of_a_test", FOLDER / "mnist.py")
    assert spec is not None
    assert spec.loader is not None
    found = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = found  # dataclasses look it up
    spec.loader.exec_module(found)
    return found


class Server(BaseHTTPRequestHandler):
    """A mirror; ``broken`` serves a proxy's page instead, slowly enough for two to meet."""

    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        _, kind, file = self.path.split("/")
        content = b"<html>log in</html>" if kind == "proxy" else CONTENT[file.removesuffix(".gz")]
        self.send_response(404 if kind == "gone" else 200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        for start in range(0, len(content), 20000):
            self.wfile.write(content[start : start + 20000])
            if kind == "slow":
                threading.Event().wait(0.05)

    def log_message(self, *args: Any) -> None:
        """Says nothing."""


@pytest.fixture
def mirror() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    Server.asked.clear()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def mnist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The finder, in a home of its own, for two small files."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for name in ("MNIST_DIR", "CHAINRULE_OFFLINE", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    found = module()
    small = {name: (f"{name}.gz", hashlib.sha256(content).hexdigest()) for name, content in CONTENT.items()}
    monkeypatch.setattr(found, "FILES", small)
    monkeypatch.setattr(found, "MIRRORS", ())
    return found


NAMES = tuple(CONTENT)


def put(folder: Path, **content: bytes) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in (CONTENT | content).items():
        (folder / f"{name}.gz").write_bytes(data)
    return folder


def read(found: Any) -> dict[str, bytes]:
    return {name: path.read_bytes() for name, path in found.paths.items()}


def no_digits(*args: object) -> dict[str, Path]:
    return {}


def test_the_folder_in_the_environment_comes_first(
    mnist: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = put(tmp_path / "mine")
    monkeypatch.setenv("MNIST_DIR", str(folder))
    found = mnist.find(NAMES)
    assert (found.name, found.said) == ("MNIST", f"MNIST, from {folder} ($MNIST_DIR)")
    assert read(found) == CONTENT


def test_then_the_cache(mnist: ModuleType, tmp_path: Path) -> None:
    folder = put(tmp_path / "cache" / "chainrule" / "mnist")
    found = mnist.find(NAMES)
    assert (found.name, found.said) == ("MNIST", f"MNIST, from {folder}")


@pytest.mark.parametrize("damage", [b"", CONTENT["train_images"][:-1], b"x" + CONTENT["train_images"][1:]])
def test_a_damaged_file_is_named_and_never_used(
    damage: bytes, mnist: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = put(tmp_path / "mine", train_images=damage)
    monkeypatch.setenv("MNIST_DIR", str(folder))
    cache = put(tmp_path / "cache" / "chainrule" / "mnist")
    found = mnist.find(NAMES)
    assert read(found) == CONTENT
    assert found.said.startswith(f"MNIST, from {cache}; {folder / 'train_images.gz'} is damaged")
    (cache / "test_labels.gz").write_bytes(b"half")
    monkeypatch.setattr(mnist, "_digits", no_digits)
    found = mnist.find(NAMES)
    assert (found.name, found.paths) == ("digits", {})
    assert f"{cache / 'test_labels.gz'} is damaged" in found.said


def test_a_folder_without_the_files_is_said(mnist: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MNIST_DIR", str(tmp_path))
    put(tmp_path / "cache" / "chainrule" / "mnist")
    assert f"$MNIST_DIR is {tmp_path}, which does not hold all the files" in mnist.find(NAMES).said


def test_what_is_missing_is_downloaded_once(mnist: ModuleType, mirror: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mnist, "MIRRORS", (f"{mirror}/gone/", f"{mirror}/good/"))
    found = mnist.find(NAMES)
    assert found.said.startswith("MNIST, downloaded to")
    assert read(found) == CONTENT
    asked = len(Server.asked)
    assert mnist.find(NAMES).said.startswith("MNIST, from")
    assert len(Server.asked) == asked


def test_a_half_downloaded_file_is_fetched_again(
    mnist: ModuleType, mirror: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path / "cache" / "chainrule" / "mnist", train_images=CONTENT["train_images"][:100])
    monkeypatch.setattr(mnist, "MIRRORS", (f"{mirror}/good/",))
    found = mnist.find(NAMES)
    assert read(found) == CONTENT
    assert "is damaged" in found.said


def test_what_a_proxy_says_instead_is_never_used(
    mnist: ModuleType, mirror: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mnist, "MIRRORS", (f"{mirror}/proxy/",))
    monkeypatch.setattr(mnist, "_digits", no_digits)
    found = mnist.find(NAMES)
    assert found.name == "digits"
    assert f"the download failed (ValueError at {mirror}/proxy/)" in found.said
    assert list((tmp_path / "cache" / "chainrule" / "mnist").glob("*")) == []


def test_two_who_fetch_at_once_both_get_whole_files(mnist: ModuleType, mirror: str, tmp_path: Path) -> None:
    script = f"""
import sys
sys.path.insert(0, {str(FOLDER)!r})
import mnist
mnist.FILES, mnist.MIRRORS = {mnist.FILES!r}, ({mirror + "/slow/"!r},)
found = mnist.find(tuple(mnist.FILES))
assert found.name == "MNIST", found.said
print([len(path.read_bytes()) for path in found.paths.values()])
"""
    command = [sys.executable, "-W", "error::UserWarning", "-c", script]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    said = [process.communicate(timeout=60) for process in both]
    wanted = str([len(content) for content in CONTENT.values()])
    assert said == [(f"{wanted}\n", "")] * 2
    assert [path.name for path in (tmp_path / "cache" / "chainrule" / "mnist").iterdir() if path.suffix != ".gz"] == []


@pytest.mark.parametrize("how", ["environment", "argument"])
def test_the_network_can_be_left_alone(
    how: str, mnist: ModuleType, mirror: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mnist, "MIRRORS", (f"{mirror}/good/",))
    monkeypatch.setattr(mnist, "_digits", no_digits)
    if how == "environment":
        monkeypatch.setenv("CHAINRULE_OFFLINE", "1")
    assert mnist.find(NAMES, download=how == "environment").name == "digits"
    assert Server.asked == []


# -- the digits of scikit-learn ----------------------------------------------------------------------------


@pytest.fixture
def offline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("CHAINRULE_OFFLINE", "1")
    monkeypatch.delenv("MNIST_DIR", raising=False)
    return module()


def load_idx(path: Path) -> np.ndarray[Any, Any]:
    """The part of the format that is needed here."""
    raw = gzip.decompress(path.read_bytes())
    shape = struct.unpack(f">{raw[3]}I", raw[4 : 4 + 4 * raw[3]])
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * raw[3]).reshape(shape)


def test_digits_stand_in_and_that_is_said(offline: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    read: list[str] = []

    def loader(path: Path) -> np.ndarray[Any, Any]:
        read.append(path.name)
        return load_idx(path)

    images, labels, test_images = offline.load(loader)
    assert (images.shape, labels.shape, test_images.shape) == ((1437, 28, 28), (1437,), (360, 28, 28))
    assert images.max() == 255
    assert set(labels.tolist()) == set(range(10))
    assert "t10k-labels-idx1-ubyte.gz" not in read  # the labels of the test stay with the grader
    assert capsys.readouterr().out.startswith("NOT MNIST, which was not found")


def test_the_digits_are_the_same_for_everybody(offline: ModuleType) -> None:
    first = read(offline.find())
    for path in offline.find().paths.values():
        path.unlink()
    assert read(offline.find()) == first


def test_without_scikit_learn_the_message_says_what_to_install(
    offline: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    with pytest.raises(RuntimeError, match="pip install pooch scikit-learn, or set MNIST_DIR"):
        offline.find()


def test_the_grader_reads_them_by_itself_and_keeps_the_labels_of_the_test(offline: ModuleType) -> None:
    data = load(FOLDER / "data.py")
    assert data is not None
    assert data.name == "digits"
    assert {name: (array.shape, array.dtype.name) for name, array in data.public.items()} == {
        "train_images": ((1437, 28, 28), "float32"),
        "train_labels": ((1437,), "int64"),
        "test_images": ((360, 28, 28), "float32"),
    }
    assert list(data.private) == ["test_labels"]
    assert (data.public["train_images"].min(), data.public["train_images"].max()) == (0.0, 1.0)
    assert np.array_equal(data.public["train_images"] * 255, load_idx(offline.find().paths["train_images"]))


def test_real_mnist_is_read_as_it_was_published() -> None:
    data = load(FOLDER / "data.py", download=False)
    assert data is not None
    if data.name != "MNIST":
        pytest.skip("real MNIST is not here; set MNIST_DIR to a folder with its four files")
    images, labels = data.public["train_images"], data.public["train_labels"]
    assert images.shape == (60000, 28, 28)
    assert labels[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    assert np.bincount(labels).tolist() == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    assert float(images.mean(dtype=float)) == pytest.approx(0.130660, abs=1e-6)
    assert data.public["test_images"].shape == (10000, 28, 28)
    assert data.private["test_labels"][:10].tolist() == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]


@pytest.mark.slow
def test_the_reference_climbs_the_whole_ladder_on_real_mnist(tmp_path: Path) -> None:
    course = Course(ROOT)
    data = load(FOLDER / "data.py", download=False)
    assert data is not None
    if data.name != "MNIST":
        pytest.skip("real MNIST is not here; set MNIST_DIR to a folder with its four files")
    copied = copy_course(course, tmp_path, [FOLDER.name]).assignment(FOLDER.name)
    submit(copied, samples(copied, copied.load())[0])
    (outcome,) = batch.grade(copied, NbgraderGradebook(copied))
    assert (outcome.status, outcome.score, outcome.needs_person) == ("graded", 100.0, False)
