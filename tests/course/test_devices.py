"""Which device is graded on, and that a GPU is used by one submission at a time."""

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from autograder.course import devices
from autograder.errors import SandboxError


@pytest.fixture
def no_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "gpu_nodes", lambda folder=Path("/dev"): ())


@pytest.mark.usefixtures("no_gpu")
def test_without_a_gpu_the_cpu_is_taken_where_it_may_be() -> None:
    assert devices.resolve("cpu") == "cpu"
    assert devices.resolve("cuda-if-available") == "cpu"
    with pytest.raises(SandboxError, match="--device cpu"):
        devices.resolve("cuda")


@pytest.mark.parametrize(("usable", "chosen"), [(True, "cuda"), (False, "cpu")])
def test_a_gpu_counts_only_if_torch_can_use_it(usable: bool, chosen: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "gpu_nodes", lambda folder=Path("/dev"): ("nvidia0",))
    monkeypatch.setattr(devices, "_ASK", f"raise SystemExit({not usable})")
    assert devices.resolve("cuda-if-available") == chosen
    assert devices.resolve("cpu") == "cpu"


def test_torch_is_asked_about_cuda_in_another_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that has initialised CUDA cannot be forked any more; this one never imports torch for the question."""
    asked: list[list[str]] = []

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[bytes]:
        asked.append(command)
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(devices, "gpu_nodes", lambda folder=Path("/dev"): ("nvidia0",))
    monkeypatch.setattr(subprocess, "run", run)
    assert devices.has_gpu()
    assert asked == [[sys.executable, "-c", devices._ASK]]


def test_gpus_are_counted_in_their_order(tmp_path: Path) -> None:
    for name in ("nvidia10", "nvidia2", "nvidiactl", "nvidia-uvm", "null"):
        (tmp_path / name).touch()
    assert devices.gpu_nodes(tmp_path) == ("nvidia2", "nvidia10")


def test_the_cpu_has_no_queue() -> None:
    with devices.turn("cpu") as first, devices.turn("cpu") as second:
        assert first == second == ()


def test_a_gpu_is_used_by_one_at_a_time(tmp_path: Path) -> None:
    inside: list[str] = []
    overlaps: list[str] = []

    def job() -> None:
        with devices.turn("cuda", ("nvidia0",), tmp_path) as nodes:
            overlaps.extend(inside)
            inside.append(nodes[0])
            time.sleep(0.02)
            inside.remove(nodes[0])

    jobs = [threading.Thread(target=job) for _ in range(5)]
    for thread in jobs:
        thread.start()
    for thread in jobs:
        thread.join(10)
    assert not inside
    assert overlaps == []


def test_two_gpus_take_two_submissions(tmp_path: Path) -> None:
    nodes = ("nvidia0", "nvidia1")
    with devices.turn("cuda", nodes, tmp_path) as first, devices.turn("cuda", nodes, tmp_path) as second:
        assert {first[0], second[0]} == set(nodes)


def test_a_grader_that_was_killed_has_left_the_queue(tmp_path: Path) -> None:
    holder = (
        "import sys, time; from pathlib import Path; from autograder.course import devices\n"
        f"with devices.turn('cuda', ('nvidia0',), Path({str(tmp_path)!r})):\n"
        "    print('in', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", holder], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "in\n"
        process.kill()
        process.wait()
        with devices.turn("cuda", ("nvidia0",), tmp_path) as nodes:
            assert nodes[0] == "nvidia0"


def test_no_gpu_at_its_turn_is_said(tmp_path: Path) -> None:
    with pytest.raises(SandboxError, match="the GPU is gone"), devices.turn("cuda", (), tmp_path):
        pass


def test_a_gpu_is_free_again_after_an_error(tmp_path: Path) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(2):
        with pytest.raises(ZeroDivisionError), devices.turn("cuda", ("a", "b"), tmp_path) as nodes:
            assert nodes[0] == "a"
            raise ZeroDivisionError
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_waiting_for_a_gpu_leaves_no_descriptor_behind(tmp_path: Path) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    with devices.turn("cuda", ("a",), tmp_path), devices.turn("cuda", ("a", "b"), tmp_path) as nodes:
        assert nodes[0] == "b"
    assert len(list(Path("/proc/self/fd").iterdir())) == before
