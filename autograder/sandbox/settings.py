"""Settings of a sandbox: what it may see and use. The trusted side sends them, and the guest applies them."""

from __future__ import annotations

from dataclasses import dataclass

ROOT_TIER, USERNS_TIER, BWRAP_TIER, NO_TIER = "root", "userns", "bwrap", "none"
"""How a sandbox is isolated: as root by switching to a uid of its own, by a user namespace, by bubblewrap, or not."""

HOME = "/home/student"
"""The only writable folder inside a sandbox."""

HOME_FOLDERS = (f"{HOME}/work", f"{HOME}/tmp")  # noqa: S108
"""The working folder, and the folder that /tmp is a link to."""


@dataclass(frozen=True)
class SandboxSettings:
    """The tier, the host paths that are visible (read-only), and the limits of one sandbox."""

    tier: str
    visible: tuple[str, ...]
    uid: int = 65534
    memory_mb: int = 2048
    watched_mb: int = 0
    """The memory of all processes together, which the first process watches over where there are no control groups."""
    disk_mb: int = 256
    processes: int = 64
    cpu_seconds: int = 180
    devices: tuple[str, ...] = ("null", "zero", "full", "random", "urandom")
    gpus: tuple[str, ...] = ()
    """Device nodes of the GPU that the sandbox may use, including those of the driver."""
    files: tuple[tuple[str, str], ...] = ()
    """Files of the machine that are shown, read-only, in the working folder: path on the machine, name there."""
    scratch: str = ""
    """The working folder in the tier ``none``; the trusted side creates and removes it."""
