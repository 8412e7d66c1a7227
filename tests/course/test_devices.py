"""Which device is graded on, and that a GPU is used by one submission at a time."""

import os
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.course import devices
from autograder.errors import SandboxError


@pytest.fixture(autouse=True)
def _asked_anew() -> Iterator[None]:
    """Forgets what torch said in another test."""
    devices._torch_can_use_gpu.cache_clear()
    yield
    devices._torch_can_use_gpu.cache_clear()


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
    monkeypatch.setattr(devices, "_CHECK_CUDA", f"raise SystemExit({not usable})")
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
    assert asked == [[sys.executable, "-c", devices._CHECK_CUDA]]
    assert [devices.resolve(wanted) for wanted in ("cuda", "cuda-if-available")] == ["cuda", "cuda"]
    assert len(asked) == 1, "the answer is kept"


@pytest.fixture
def node() -> str:
    """A GPU that no other grader of this machine has."""
    return f"nvidia-test-{uuid.uuid4().hex}"


def test_gpus_are_counted_in_their_order(tmp_path: Path) -> None:
    for name in ("nvidia10", "nvidia2", "nvidiactl", "nvidia-uvm", "null"):
        (tmp_path / name).touch()
    assert devices.gpu_nodes(tmp_path) == ("nvidia2", "nvidia10")


def test_the_cpu_has_no_queue() -> None:
    with devices.reserve_gpu("cpu") as first, devices.reserve_gpu("cpu") as second:
        assert first == second == ()


def test_a_gpu_is_used_by_one_at_a_time(node: str) -> None:
    inside: list[str] = []
    overlaps: list[str] = []

    def job() -> None:
        with devices.reserve_gpu("cuda", (node,)) as nodes:
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


def test_two_gpus_take_two_submissions(node: str) -> None:
    nodes = (f"{node}-0", f"{node}-1")
    with devices.reserve_gpu("cuda", nodes) as first, devices.reserve_gpu("cuda", nodes) as second:
        assert {first[0], second[0]} == set(nodes)


def test_a_grader_that_was_killed_has_left_the_queue(node: str) -> None:
    holder = (
        "import time; from autograder.course import devices\n"
        f"with devices.reserve_gpu('cuda', ({node!r},)):\n"
        "    print('in', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", holder], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "in\n"
        process.kill()
        process.wait()
        with devices.reserve_gpu("cuda", (node,)) as nodes:
            assert nodes[0] == node


def another_user(node: str) -> tuple[int, int]:
    """A process of another user that waits for the GPU when it is told to, and ends with 0; its pid and its start."""
    told, start = os.pipe()
    pid = os.fork()
    if pid:
        os.close(told)
        return pid, start
    code = 1
    try:
        os.setgid(65534)
        os.setuid(65534)
        os.read(told, 1)
        with devices.reserve_gpu("cuda", (node,)):
            code = 0
    finally:
        os._exit(code)


@pytest.mark.skipif(os.geteuid() != 0, reason="becoming another user takes root")
def test_graders_of_two_users_stand_in_one_queue(node: str) -> None:
    pid, start = another_user(node)
    before = os.umask(0o077)  # what this user makes is nobody else's
    try:
        with os.fdopen(start, "wb", buffering=0) as pipe, devices.reserve_gpu("cuda", (node,)):
            pipe.write(b"x")
            time.sleep(0.3)
            assert os.waitpid(pid, os.WNOHANG) == (0, 0)
    finally:
        os.umask(before)
    assert os.waitpid(pid, 0) == (pid, 0)
    assert not list(Path(tempfile.gettempdir()).glob(f"*{node}*"))


def test_no_gpu_at_its_turn_is_said() -> None:
    with pytest.raises(SandboxError, match="the GPU is gone"), devices.reserve_gpu("cuda", ()):
        pass


def test_a_gpu_is_free_again_after_an_error(node: str) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(2):
        with pytest.raises(ZeroDivisionError), devices.reserve_gpu("cuda", (node, "other")) as nodes:
            assert nodes[0] == node
            raise ZeroDivisionError
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_who_waits_for_a_gpu_says_so(
    node: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(devices, "_REPORT_SECONDS", 0.0)
    caplog.set_level("INFO", "autograder")
    holder = threading.Event()

    def wait() -> None:
        with devices.reserve_gpu("cuda", (node,)):
            holder.set()

    with devices.reserve_gpu("cuda", (node,)):
        waiting = threading.Thread(target=wait)
        waiting.start()
        while not caplog.messages:
            time.sleep(0.01)
        assert not holder.is_set()
    waiting.join(10)
    assert holder.is_set()
    assert caplog.messages[0].startswith(f"still waiting for a GPU after 0 s: {node} ")


def test_waiting_for_a_gpu_leaves_no_descriptor_behind(node: str) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    with devices.reserve_gpu("cuda", (node,)), devices.reserve_gpu("cuda", (node, f"{node}-1")) as nodes:
        assert nodes[0] == f"{node}-1"
    assert len(list(Path("/proc/self/fd").iterdir())) == before
