"""Chooses the device that an assignment is graded on, and reserves GPUs: each runs one submission at a time.

CUDA is never initialised in this process, which could then not be forked and would hold GPU memory until it ends. So
torch looks for a GPU in a process of its own.
"""

from __future__ import annotations

import errno
import logging
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from autograder.errors import SandboxError

CPU, CUDA, CUDA_IF_AVAILABLE = "cpu", "cuda", "cuda-if-available"
CHOICES = (CPU, CUDA, CUDA_IF_AVAILABLE)

_DRIVER = ("nvidiactl", "nvidia-uvm")
_CHECK_CUDA = "import torch; raise SystemExit(not torch.cuda.is_available())"
_POLL_SECONDS, _REPORT_SECONDS = 0.05, 30.0
_log = logging.getLogger(__name__)
_LOCK_PREFIX = "\0chainrule-"
"""Prefix of an abstract socket name (it starts with NUL): it is in no folder, and the same for all users."""


def resolve(setting: str) -> str:
    """Returns ``cpu`` or ``cuda`` for one of CHOICES; raises SandboxError for ``cuda`` where there is no GPU."""
    if setting == CPU or (setting == CUDA_IF_AVAILABLE and not has_gpu()):
        return CPU
    if not has_gpu():
        raise SandboxError(
            "there is no GPU that torch can use; grade with `--device cpu`, where CPU tests take over the points"
        )
    return CUDA


def has_gpu() -> bool:
    """Returns whether there is a GPU and torch can use it."""
    return bool(gpu_nodes()) and _torch_can_use_gpu()


@cache
def _torch_can_use_gpu() -> bool:
    """Returns whether torch, in a process of its own, can use a GPU; cached, because that takes seconds."""
    return subprocess.run([sys.executable, "-c", _CHECK_CUDA], capture_output=True, check=False).returncode == 0


def gpu_nodes(folder: Path = Path("/dev")) -> tuple[str, ...]:
    """Returns the names of the device nodes of NVIDIA GPUs: nvidia0, nvidia1, ..."""
    names = (path.name for path in folder.glob("nvidia[0-9]*"))
    return tuple(sorted(names, key=lambda name: int(name.removeprefix("nvidia"))))


@contextmanager
def reserve_gpu(device: str, nodes: tuple[str, ...] | None = None) -> Iterator[tuple[str, ...]]:
    """Waits until a GPU is free, reserves it, and yields the device nodes that a sandbox needs; none for the CPU.

    ``nodes`` are the GPUs to choose from, by default all. A GPU is reserved by binding a socket name, which only one
    process on the machine can hold. So there is no lock file that another user could not open, the GPU itself is not
    opened, and the reservation ends when a grader is killed. Raises SandboxError when there is no GPU.
    """
    if device == CPU:
        yield ()
        return
    node, lock = _reserve_first_free(gpu_nodes() if nodes is None else nodes)
    with lock:
        yield (node, *(name for name in _DRIVER if Path("/dev", name).exists()))


def _reserve_first_free(nodes: tuple[str, ...]) -> tuple[str, socket.socket]:
    if not nodes:
        raise SandboxError("the GPU is gone; grade with `--device cpu`")
    start = last = time.monotonic()
    while True:
        for node in nodes:
            if (lock := _lock(node)) is not None:
                return node, lock
        time.sleep(_POLL_SECONDS)
        if (now := time.monotonic()) - last >= _REPORT_SECONDS:
            last = now
            _log.info("still waiting for a GPU after %.0f s: %s in use by other graders", now - start, ", ".join(nodes))


def _lock(node: str) -> socket.socket | None:
    """Returns a socket that reserves the GPU until it is closed; None while another process has reserved it."""
    lock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        lock.bind(f"{_LOCK_PREFIX}{node}")
    except OSError as error:
        lock.close()
        if error.errno != errno.EADDRINUSE:
            raise
        return None
    return lock
