"""Control groups: limits that hold for all processes of a sandbox, or of a worker, together.

The limits of setrlimit are for each process: sixty may use sixty times as much, and memory that the kernel allocates
for them (pipes, sockets) is not counted. A group is a folder of the cgroup file system: a single one in version 2, one
for each controller in version 1. The groups lie beside each other below the group in which the grader was started.
Where there are none, grading goes on with the limits for each process alone.
"""

from __future__ import annotations

import contextlib
import itertools
import logging
import os
import signal
import time
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from autograder.errors import SandboxError

CONTROLLERS = ("memory", "pids", "cpu")
_PROC, _CHILDREN = Path("/proc/self"), Path("/proc/thread-self/children")
_REMOVE_SECONDS = 5.0
_FILES = {
    1: ("memory.usage_in_bytes", "memory.limit_in_bytes", "memory.memsw.limit_in_bytes"),
    2: ("memory.current", "memory.max", "memory.swap.max"),
}
"""The files with the memory in use, its limit, and that on swap: with memory in version 1, without it in version 2."""

_log = logging.getLogger(__name__)
_numbers = itertools.count()


@dataclass(frozen=True)
class Support:
    """What this machine offers: the version of cgroups (0 for none), the controllers, how to get those missing."""

    version: int
    controllers: tuple[str, ...] = ()
    remedy: str = ""


@dataclass(frozen=True)
class Group:
    """A group of processes, by its folders, and by that of the memory controller; without any, it limits nothing."""

    folders: tuple[str, ...] = ()
    memory: Path | None = None
    version: int = 0

    def limit_memory(self, megabytes: int, *, more: bool = False) -> None:
        """Limits the memory of all processes together, without swap; with ``more``, beyond what is in use already."""
        if self.memory is not None:
            usage, limit, swap = _FILES[self.version]
            size = megabytes * 2**20 + (int((self.memory / usage).read_text()) if more else 0)
            if self.version == 1:  # where it is never below the limit on memory, which may be raised now
                _write_if_counted(self.memory / swap, -1)
            _write(self.memory / limit, size)
            _write_if_counted(self.memory / swap, size if self.version == 1 else 0)

    def limit_processes(self, number: int) -> None:
        """Limits the number of processes and threads, beyond those that are in the group already."""
        for folder in map(Path, self.folders):
            if (folder / "pids.max").exists():
                _write(folder / "pids.max", int((folder / "pids.current").read_text()) + number)

    def lift_memory_limit(self) -> None:
        """Undoes :meth:`limit_memory`."""
        if self.memory is not None:
            _, limit, swap = _FILES[self.version]
            unlimited = -1 if self.version == 1 else "max"
            _write_if_counted(self.memory / swap, unlimited)  # in version 1 never below the limit on memory
            _write(self.memory / limit, unlimited)

    def add(self, pid: int) -> None:
        """Moves a process to the group, with all that it has started. Raises SandboxError when the kernel refuses."""
        try:
            for folder in self.folders:
                _write(Path(folder, "cgroup.procs"), pid)
            children = _children(pid) if self.folders else []
        except OSError as error:
            raise SandboxError(f"a process cannot join its control group: {error}; run `autograder doctor`") from error
        for child in children:
            self.add(child)

    def kill(self) -> None:
        """Kills every process in the group, whatever session or parent it has; :meth:`remove` waits for their end."""
        for folder in map(Path, self.folders):
            if (folder / "cgroup.kill").exists():
                _write(folder / "cgroup.kill", 1)
                continue
            if (folder / "pids.max").exists():
                _write(folder / "pids.max", 0)  # or a process could fork faster than it is found
            for pid in _members(folder):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    def remove(self) -> None:
        """Removes the group, and kills what is still in it."""
        deadline = time.monotonic() + _REMOVE_SECONDS
        while not all(map(_is_removed, self.folders)):
            if time.monotonic() > deadline:
                _log.warning("the control group %s cannot be removed; end the processes in it", self.folders[0])
                return
            with contextlib.suppress(OSError):  # another process may be removing it as well
                self.kill()
            time.sleep(0.001)


def support() -> Support:
    """Returns what this machine offers to this process; in version 2, the first call moves it to a group of its own."""
    return _find().support


def make() -> Group:
    """Makes an empty group, whose processes have one share of the CPU together.

    Returns a group without folders where this machine has no cgroups. Raises SandboxError when the kernel refuses.
    """
    place = _find()
    name = f"{_prefix()}{os.getpid()}-{next(_numbers)}"
    folders = {controller: base / name for controller, base in place.bases.items()}
    paths = list(dict.fromkeys(folders.values()))
    group = Group(tuple(map(str, paths)), folders.get("memory"), place.support.version)
    try:
        for path in paths:
            path.mkdir()
    except OSError as error:
        group.remove()
        raise SandboxError(f"a control group cannot be made: {error}; run `autograder doctor`") from error
    return group


def enter() -> Group:
    """Moves this process into a new group, without limits; processes that it starts later are in it too."""
    group = make()
    _join(group.folders)
    return group


def sweep() -> None:
    """Removes the groups of processes that have ended, for example of graders that were killed."""
    place = _find()
    for base in dict.fromkeys(place.bases.values()):
        for folder in base.glob(f"{_prefix()}*"):
            pid = folder.name.removeprefix(_prefix()).partition("-")[0]
            if not Path("/proc", pid).exists():
                Group((str(folder),)).remove()


# -- where groups can be made ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Place:
    """The folder in which groups are made, for each controller."""

    support: Support
    bases: dict[str, Path]


def _prefix() -> str:
    """Returns what the names of groups begin with; in it, because it qualifies the pid that follows, its namespace."""
    return f"chainrule-{os.stat('/proc/self/ns/pid').st_ino}-"


@cache
def _find(proc: Path = _PROC) -> _Place:
    """Finds out where this process can make groups, by the files ``mountinfo`` and ``cgroup`` in ``proc``."""
    if not _CHILDREN.exists():
        return _Place(Support(0, (), "use a kernel with CONFIG_PROC_CHILDREN, as those of distributions are"), {})
    own, points = _own_folders(proc)
    if "memory" in own:
        version = 1
        parents = {name: _outside(own[name]) for name in CONTROLLERS if name in own}
        bases = {name: parent for name, parent in parents.items() if os.access(parent, os.W_OK)}
    else:
        version = 2 if "" in own else 0
        bases = _bases_of_version_2(own[""], points[""]) if version else {}
    missing = [name for name in CONTROLLERS if name not in bases]
    return _Place(Support(version if bases else 0, tuple(bases), _remedy(version, missing)), bases)


def _own_folders(proc: Path) -> tuple[dict[str, Path], dict[str, Path]]:
    """Returns the folder of this process's group, and the mount point, for each controller; version 2 is ``""``."""
    paths: dict[str, str] = {}
    for line in (proc / "cgroup").read_text().splitlines():
        _, controllers, path = line.split(":", 2)
        paths.update(dict.fromkeys(controllers.split(","), path))
    own, points = {}, {}
    for line in (proc / "mountinfo").read_text().splitlines():
        mount, _, file_system = line.partition(" - ")
        root, point = mount.split()[3:5]
        kind, _, options = file_system.split(maxsplit=2)
        for name in {"cgroup": options.split(","), "cgroup2": [""]}.get(kind, []):
            if name in paths:
                below = Path(os.path.relpath(paths[name], root))
                points[name] = Path(point)
                own[name] = points[name] if ".." in below.parts else points[name] / below
    return own, points


def _outside(own: Path) -> Path:
    """Returns the folder that holds the group, if we made that group; otherwise the group itself."""
    return own.parent if own.name.startswith(_prefix()) else own


def _bases_of_version_2(own: Path, point: Path) -> dict[str, Path]:
    """Returns the folder to make groups in, for each controller that can be switched on there.

    A group other than the root of the machine cannot hold both limited groups and processes. So the process moves to a
    group of its own if it is alone; a group that it shares with others is left as it is.
    """
    base = _outside(own)
    try:
        if base == own and _members(own) == [os.getpid()]:
            leaf = own / f"{_prefix()}{os.getpid()}-{next(_numbers)}"
            leaf.mkdir()
            _join([str(leaf)])
        elif base == own:
            is_root_of_machine = not (point / "cgroup.type").exists()
            if not is_root_of_machine or not os.access(point, os.W_OK):
                return {}
            base = point
    except OSError:
        return {}
    return {name: base for name in CONTROLLERS if _switch_on(base, name)}


def _switch_on(base: Path, controller: str) -> bool:
    """Lets groups below ``base`` use a controller of version 2; returns False where that is not possible."""
    try:
        _write(base / "cgroup.subtree_control", f"+{controller}")
    except OSError:
        return False
    return True


def _remedy(version: int, missing: list[str]) -> str:
    if not missing:
        return ""
    if not version:
        return "mount the cgroup file system at /sys/fs/cgroup"
    if os.geteuid() == 0:
        return f"make the cgroup file system writable for root, with the controllers {', '.join(missing)}"
    return "start the command with `systemd-run --user --scope -p Delegate=yes`"


# -- files of a group ------------------------------------------------------------------------------------------


def _write(path: Path, value: object) -> None:
    path.write_text(f"{value}")


def _join(folders: Iterable[str]) -> None:
    for folder in folders:
        _write(Path(folder, "cgroup.procs"), 0)


def _write_if_counted(path: Path, value: object) -> None:
    with contextlib.suppress(PermissionError):  # the kernel does not count swap, and nobody can make a file here
        _write(path, value)


def _members(folder: Path) -> list[int]:
    """Returns the processes in a group, if it still exists; those in another pid namespace have no pid here."""
    if not (folder / "cgroup.procs").exists():
        return []
    return [int(pid) for pid in (folder / "cgroup.procs").read_text().split() if pid != "0"]


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _is_removed(folder: str) -> bool:
    """Removes an empty group; returns False while it still has processes."""
    try:
        os.rmdir(folder)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True
