"""Sandboxes for machines where only bubblewrap may make user namespaces, such as Ubuntu 23.10 and newer.

bubblewrap leaves its child no right to make further namespaces. So each sandbox is a zygote of its own: it starts
inside bubblewrap, imports the libraries again, which takes seconds, and forks once.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from autograder.errors import IsolationMissing, SandboxError
from autograder.paths import PACKAGE
from autograder.sandbox.host.zygote import Sandbox, Zygote
from autograder.sandbox.settings import BWRAP_TIER, HOME, HOME_FOLDERS, SandboxSettings

_ENGINE = "/engine"
_PARTS = "__init__.py errors.py protocol sandbox/__init__.py sandbox/linux.py sandbox/settings.py sandbox/guest".split()
"""What the zygote imports of the engine; the zygotes of other tiers import it before they isolate anything."""

_OPTIONS = (
    "--unshare-user --unshare-all --disable-userns --cap-drop ALL --die-with-parent --new-session --hostname sandbox "
    "--as-pid-1"  # otherwise a process of bubblewrap's own is inside, without system call filter and limits
).split()

RESTRICTIONS = {
    "/proc/sys/kernel/apparmor_restrict_unprivileged_userns": "1",
    "/proc/sys/kernel/unprivileged_userns_clone": "0",
}
"""Settings of the kernel that keep programs without a profile or privileges from making user namespaces."""


ADVICE = (
    "bubblewrap could not make a sandbox: `bwrap --unshare-all --unshare-user --disable-userns --ro-bind / / true` "
    "says why; install bubblewrap 0.8 or newer with its AppArmor profile, or grade as root"
)


def is_needed() -> bool:
    """Returns whether this machine keeps unprivileged programs from making namespaces, and has bubblewrap."""
    found = {path: Path(path).read_text().strip() for path in RESTRICTIONS if Path(path).exists()}
    return any(RESTRICTIONS[path] == value for path, value in found.items()) and _program() is not None


def works() -> bool:
    """Returns whether bubblewrap can make namespaces here, as this tier needs them."""
    trial = [_program() or "bwrap", *_OPTIONS, "--ro-bind", "/", "/", "true"]
    try:
        return subprocess.run(trial, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _program() -> str | None:
    return shutil.which("bwrap")


class BubblewrapZygote(Zygote):
    """A zygote that runs in bubblewrap, and starts another one for each sandbox."""

    _import_root = _ENGINE

    def __init__(
        self,
        libraries: Iterable[str],
        *,
        visible: Iterable[str] = (),
        data: Mapping[str, Any] | None = None,
        check: Callable[[Zygote], None] = lambda zygote: None,
        **limits: Any,
    ) -> None:
        self._arguments: dict[str, Any] = {"visible": tuple(visible), "data": data}
        self._limits = limits
        super().__init__(libraries, tier=BWRAP_TIER, visible=visible, data=data, check=check)

    def _launch(self, command: list[str], *fds: int) -> subprocess.Popen[bytes]:
        info, info_for_bwrap = os.pipe()
        settings = SandboxSettings(BWRAP_TIER, self.visible, **self._limits)
        options = [*_OPTIONS, *_root(settings), "--info-fd", str(info_for_bwrap), "--setenv", "HOME", HOME]
        process = super()._launch([_program() or "bwrap", *options, "--", *command], *fds, info_for_bwrap)
        os.close(info_for_bwrap)
        self._info = open(info, encoding="utf-8")  # noqa: SIM115 - closed with the zygote
        return process

    def _pid_on_host(self, pid: int) -> int:
        """Returns the pid of the first process in bubblewrap's pid namespace, whose end ends all others."""
        try:
            return int(json.loads(self._info.read())["child-pid"])
        except (ValueError, KeyError) as error:
            raise SandboxError("bubblewrap did not say which process it started; update it to 0.8 or newer") from error

    @contextmanager
    def _stopping_when_silent(self) -> Iterator[None]:
        try:
            with super()._stopping_when_silent():
                yield
        except SandboxError as error:
            if self._process.returncode > 0:  # it was bubblewrap that ended, and not the zygote inside
                raise IsolationMissing(f"nothing was graded: {ADVICE}") from error
            raise

    def spawn(self, **settings: Any) -> Sandbox:
        """Spawns a sandbox as :meth:`Zygote.spawn` does, in a new process that imports the libraries again."""
        self.ready()
        self.wait_for_retired()
        alone = BubblewrapZygote(self.libraries, **{**self._arguments, **settings})
        try:
            sandbox = super(BubblewrapZygote, alone).spawn(**settings)
        except BaseException:
            alone.close()
            raise
        sandbox.on_end = alone.close
        return sandbox

    def close(self) -> None:
        """Ends the zygote and all its sandboxes."""
        super().close()
        self._info.close()


def _root(settings: SandboxSettings) -> list[str]:
    """Returns the options that make the same root folder as ``guest.isolation.namespaces.build_root`` does."""
    home = ["--perms", "0700", "--size", str(settings.disk_mb * 2**20), "--tmpfs", HOME]
    home += [option for folder in HOME_FOLDERS for option in ("--dir", folder)]
    # Relative, because bubblewrap would follow an absolute link out of the new root.
    home += ["--symlink", HOME_FOLDERS[1].removeprefix("/"), "/tmp", "--symlink", HOME_FOLDERS[1], "/dev/shm"]  # noqa: S108
    devices = [f"/dev/{name}" for name in (*settings.devices, *settings.gpus)]
    shown = [option for device in devices for option in ("--dev-bind", device, device)]
    for path in settings.visible:
        shown += ["--symlink", os.readlink(path), path] if os.path.islink(path) else ["--ro-bind", path, path]
    for path, name in settings.files:
        shown += ["--ro-bind", path, f"{HOME_FOLDERS[0]}/{name}"]
    for part in _PARTS:
        shown += ["--ro-bind", str(PACKAGE / part), f"{_ENGINE}/autograder/{part}"]
    links = ["--symlink", "/proc/self/fd", "/dev/fd"]
    return [*home, *shown, *links, "--proc", "/proc", "--remount-ro", "/", "--chdir", HOME_FOLDERS[0]]
