"""Settings of a sandbox: what it may see and use. The trusted side sends them, and the guest applies them."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass

ROOT_TIER, USERNS_TIER, NO_TIER = "root", "userns", "none"
"""How a sandbox is isolated: as root by switching to a uid of its own, by a user namespace, or not at all."""

HOME = "/home/student"
"""The only writable folder inside a sandbox."""


@dataclass(frozen=True)
class SandboxSettings:
    """The tier, the host paths that are visible (read-only), and the limits of one sandbox."""

    tier: str
    visible: tuple[str, ...]
    uid: int = 65534
    memory_mb: int = 2048
    disk_mb: int = 256
    processes: int = 64
    cpu_seconds: int = 180
    devices: tuple[str, ...] = ("null", "zero", "full", "random", "urandom")
    gpus: tuple[str, ...] = ()
    """Device nodes of the GPU that the sandbox may use, including those of the driver."""
    scratch: str = ""
    """The working folder in the tier ``none``; the trusted side creates and removes it."""


def system_paths(prefixes: tuple[str, ...]) -> tuple[str, ...]:
    """Returns the host paths that a Python process needs (libraries, fonts, time zones, ``prefixes``), none nested."""
    system = (
        "/usr /bin /sbin /lib /lib32 /lib64 /libx32 /etc/ld.so.cache /etc/ld.so.conf /etc/alternatives "
        "/etc/localtime /etc/fonts /etc/mime.types"
    ).split()
    paths = [path for path in (*system, *prefixes) if os.path.lexists(path)]
    return tuple(p for p in dict.fromkeys(paths) if not any(_inside(p, other) for other in paths if other != p))


def _inside(path: str, folder: str) -> bool:
    return path.startswith(folder.rstrip("/") + "/") and stat.S_ISDIR(os.lstat(folder).st_mode)
