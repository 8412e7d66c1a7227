"""Which device an assignment is graded on, and whose turn it is: one submission at a time on each GPU.

CUDA is never initialised here: a process that has it cannot be forked, and the memory it takes is not given back
before it ends. So torch is asked in a process of its own.
"""

from __future__ import annotations

import errno
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
_ASK = "import torch; raise SystemExit(not torch.cuda.is_available())"
_POLL_SECONDS = 0.05
_QUEUE = "\0chainrule-"
"""Begins a socket name that lies in no folder (the NUL says so): the kernel keeps it, for all users alike."""


def resolve(wanted: str) -> str:
    """``cpu`` or ``cuda``; raises SandboxError when ``cuda`` is wanted and there is none."""
    if wanted == CPU or (wanted == CUDA_IF_AVAILABLE and not has_gpu()):
        return CPU
    if not has_gpu():
        raise SandboxError("no GPU that torch can use is here; grade with `--device cpu`, its tests carry all points")
    return CUDA


def has_gpu() -> bool:
    """Whether there is a GPU, and a torch that can use it."""
    return bool(gpu_nodes()) and _torch_finds_a_gpu()


@cache
def _torch_finds_a_gpu() -> bool:
    """What a Python with torch says, which takes seconds to start; this process asks once."""
    return subprocess.run([sys.executable, "-c", _ASK], capture_output=True, check=False).returncode == 0


def gpu_nodes(folder: Path = Path("/dev")) -> tuple[str, ...]:
    """The device nodes of NVIDIA's GPUs: nvidia0, nvidia1, ..."""
    found = (path.name for path in folder.glob("nvidia[0-9]*"))
    return tuple(sorted(found, key=lambda name: int(name.removeprefix("nvidia"))))


@contextmanager
def turn(device: str, nodes: tuple[str, ...] | None = None) -> Iterator[tuple[str, ...]]:
    """Waits until a GPU is free, and yields the device nodes a sandbox needs for it; none on the CPU.

    Whose turn it is holds a socket name for the GPU, which only one process of the machine can have. No file is made
    that another user could not open, the GPU itself is not opened, and a grader that is killed has left the queue.
    """
    if device == CPU:
        yield ()
        return
    node, place = _first_free(gpu_nodes() if nodes is None else nodes)
    with place:
        yield (node, *(name for name in _DRIVER if Path("/dev", name).exists()))


def _first_free(nodes: tuple[str, ...]) -> tuple[str, socket.socket]:
    if not nodes:
        raise SandboxError("the GPU is gone; grade with `--device cpu`")
    while True:
        for node in nodes:
            if (place := _take(node)) is not None:
                return node, place
        time.sleep(_POLL_SECONDS)


def _take(node: str) -> socket.socket | None:
    """The socket that holds the GPU's name until it is closed; None while somebody else holds it."""
    place = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        place.bind(f"{_QUEUE}{node}")
    except OSError as error:
        place.close()
        if error.errno != errno.EADDRINUSE:
            raise
        return None
    return place
