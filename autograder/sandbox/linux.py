"""Wraps the system calls that both sides of the sandbox need and Python lacks."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_SYS_LANDLOCK_CREATE_RULESET, _LANDLOCK_VERSION = 444, 1

libc = ctypes.CDLL(None, use_errno=True)


def check(result: int, what: str) -> None:
    """Raises OSError with errno when a system call returned an error; ``what`` names the call."""
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def prctl(option: int, value: int, what: str) -> None:
    """Sets an attribute of this process; raises OSError when the kernel refuses."""
    zero = ctypes.c_ulong(0)
    check(libc.prctl(option, ctypes.c_ulong(value), zero, zero, zero), what)


def limit_memory(megabytes: int, *, at_least: int) -> None:
    """Limits what this process may allocate, so that it never holds more than ``megabytes`` in memory.

    If it already holds about as much, it may still allocate ``at_least``. Beyond the limit Python raises MemoryError.
    Only private memory counts: the address space would include libraries of gigabytes that are mapped and hardly read.
    """
    _, resident, *_, data, _ = map(int, Path("/proc/self/statm").read_text().split())
    page = resource.getpagesize()
    room = max(megabytes * 2**20 - resident * page, at_least * 2**20)
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (data * page + room, hard))


def lift_memory_limit() -> None:
    """Undoes :func:`limit_memory`."""
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (hard, hard))


def die_with_parent() -> None:
    """Makes the kernel kill this process when its parent ends. Changing the uid undoes this, so call it afterwards."""
    prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, "pdeathsig")


def landlock_abi() -> int:
    """Returns the version of Landlock's interface that this kernel offers; 0 where there is none."""
    return max(0, int(libc.syscall(_SYS_LANDLOCK_CREATE_RULESET, None, ctypes.c_size_t(0), _LANDLOCK_VERSION)))
