"""Isolates a fork of the zygote before it runs any of a student's code.

Two tiers reach the same result by different means: ``root`` needs no user namespace and switches to a uid that owns
nothing; ``userns`` is for an unprivileged grader and maps its own uid into a user namespace. Runs only in the
zygote's children, and uses nothing but the standard library and system calls.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import signal
import struct
from pathlib import Path

from autograder.sandbox.guest.allowance import OPEN_FILES, OPEN_FILES_OF_ENGINE
from autograder.sandbox.linux import check, libc, prctl
from autograder.sandbox.settings import HOME, HOME_FOLDERS, ROOT_TIER, USERNS_TIER, SandboxSettings

_OLD = "/.old"

CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC = 0x00020000, 0x04000000, 0x08000000
CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x10000000, 0x20000000, 0x40000000
NAMESPACES = CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWPID | CLONE_NEWNET

_MS_RDONLY, _MS_NOSUID, _MS_NODEV, _MS_NOEXEC = 1, 2, 4, 8
_MS_REMOUNT, _MS_BIND, _MS_REC, _MS_PRIVATE = 32, 4096, 16384, 1 << 18
_MNT_DETACH = 2
_AT_RECURSIVE, _AT_FDCWD = 0x8000, -100
_ATTR_RDONLY, _ATTR_NOSUID, _ATTR_NODEV = 1, 2, 4
_PR_CAPBSET_DROP, _PR_SET_NO_NEW_PRIVS, _PR_SET_DUMPABLE = 24, 38, 4
_PR_SET_CHILD_SUBREAPER = 36
_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL = 47, 4
_LAST_CAPABILITY = 40
_SYS_CLONE, _SYS_PIVOT_ROOT, _SYS_MOUNT_SETATTR, _SYS_CAPSET = {
    "x86_64": (56, 155, 442, 126),
    "aarch64": (220, 41, 442, 91),
}.get(os.uname().machine, (-1, -1, -1, -1))

_libc_with_gil = ctypes.PyDLL(None, use_errno=True)
_libc_with_gil.syscall.restype = ctypes.c_long


def _mount(source: str, target: str, kind: str | None, flags: int, options: str = "") -> None:
    arguments = (source.encode(), target.encode(), kind.encode() if kind else None)
    check(libc.mount(*arguments, ctypes.c_ulong(flags), options.encode() or None), f"mount {target}")


def fork_into_namespaces(tier: str) -> int:
    """Forks a child that is pid 1 of new pid, mount, network, IPC and host-name namespaces; returns as os.fork does.

    A single clone replaces unshare, which would need a process in between. Python's own fork hooks are called around
    it, and the GIL is held (PyDLL), so the child goes on as after os.fork. Raises OSError.
    """
    uid, gid = os.geteuid(), os.getegid()
    user = CLONE_NEWUSER if tier == USERNS_TIER else 0
    ctypes.pythonapi.PyOS_BeforeFork()
    pid = _libc_with_gil.syscall(_SYS_CLONE, ctypes.c_ulong(NAMESPACES | user | signal.SIGCHLD), 0, 0, 0, 0)
    if pid == 0:
        ctypes.pythonapi.PyOS_AfterFork_Child()
        if user:
            _map_user(uid, gid)
        return 0
    ctypes.pythonapi.PyOS_AfterFork_Parent()
    check(pid, "clone")
    return int(pid)


def _map_user(uid: int, gid: int) -> None:
    """Maps the grader's own uid and gid into the new user namespace, and no others."""
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1")
    Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1")


def build_root(settings: SandboxSettings) -> None:
    """Pivots into a new root that holds the system and Python (read-only) and one small writable home.

    Must run as pid 1 of the new pid namespace, because it mounts that namespace's /proc.
    """
    _mount("none", "/", None, _MS_REC | _MS_PRIVATE)
    _mount("tmpfs", "/tmp", "tmpfs", _MS_NOSUID, "size=1m,nr_inodes=2k,mode=755")  # noqa: S108
    os.mkdir(f"/tmp{_OLD}")  # noqa: S108 - only this process sees this /tmp
    check(libc.syscall(_SYS_PIVOT_ROOT, b"/tmp", f"/tmp{_OLD}".encode()), "pivot_root")  # noqa: S108
    os.chdir("/")
    _make_home(settings)  # first, because a visible path may lie below /tmp or a real /home/student
    for path in settings.visible:
        _bind_read_only(path)
    for path, name in settings.files:
        _show_file(path, name, settings)
    _make_devices(settings.devices + settings.gpus)
    os.mkdir("/proc")
    _mount("proc", "/proc", "proc", _MS_NOSUID | _MS_NODEV | _MS_NOEXEC)
    check(libc.umount2(_OLD.encode(), _MNT_DETACH), "umount the old root")
    os.rmdir(_OLD)
    _mount("none", "/", None, _MS_REMOUNT | _MS_BIND | _MS_RDONLY | _MS_NOSUID)
    os.chdir(f"{HOME}/work")


def _bind_read_only(path: str) -> None:
    """Makes a host path visible read-only; a symbolic link is recreated rather than followed."""
    source = _OLD + path
    os.makedirs(os.path.dirname(path), exist_ok=True)
    if os.path.islink(source):
        with contextlib.suppress(FileExistsError):  # /tmp and /home are the sandbox's own, even if links on the machine
            os.symlink(os.readlink(source), path)
        return
    if os.path.isdir(source):
        os.makedirs(path, exist_ok=True)
    else:
        Path(path).touch()
    _mount(source, path, None, _MS_BIND | _MS_REC)
    _set_mount_attributes(path, _ATTR_RDONLY | _ATTR_NOSUID | _ATTR_NODEV)


def _show_file(path: str, name: str, settings: SandboxSettings) -> None:
    """Makes a file of the machine visible in the working folder, read-only."""
    folder = HOME_FOLDERS[0]
    for part in name.split("/")[:-1]:
        folder = f"{folder}/{part}"
        if not os.path.isdir(folder):
            os.mkdir(folder)
            os.chown(folder, *[settings.uid if settings.tier == ROOT_TIER else -1] * 2)
    target = f"{HOME_FOLDERS[0]}/{name}"
    Path(target).touch()
    _mount(_OLD + path, target, None, _MS_BIND)
    _set_mount_attributes(target, _ATTR_RDONLY | _ATTR_NOSUID | _ATTR_NODEV)


def _set_mount_attributes(target: str, attributes: int) -> None:
    """Sets mount attributes on a whole subtree (a read-only bind remount is not recursive)."""
    request = struct.pack("QQQQ", attributes, 0, 0, 0)
    arguments = (_AT_FDCWD, target.encode(), _AT_RECURSIVE, request, len(request))
    check(libc.syscall(_SYS_MOUNT_SETATTR, *arguments), f"mount_setattr {target}")


def _make_devices(devices: tuple[str, ...]) -> None:
    os.mkdir("/dev")
    for name in devices:
        Path(f"/dev/{name}").touch()
        _mount(f"{_OLD}/dev/{name}", f"/dev/{name}", None, _MS_BIND)
    os.symlink(f"{HOME}/tmp", "/dev/shm")  # noqa: S108
    os.symlink("/proc/self/fd", "/dev/fd")


def _make_home(settings: SandboxSettings) -> None:
    """Mounts the only writable folder: a tmpfs with limits on bytes and inodes, which also contains /tmp."""
    os.makedirs(HOME)
    options = f"size={settings.disk_mb}m,nr_inodes=16k,mode=700"
    owner = settings.uid if settings.tier == ROOT_TIER else -1
    if settings.tier == ROOT_TIER:
        options += f",uid={owner},gid={owner}"
    _mount("tmpfs", HOME, "tmpfs", _MS_NOSUID | _MS_NODEV, options)
    for folder in HOME_FOLDERS:
        os.mkdir(folder)
        os.chown(folder, owner, owner)
    os.symlink(f"{HOME}/tmp", "/tmp")  # noqa: S108


def set_limits(settings: SandboxSettings) -> None:
    """Limits memory, CPU time, file size and open files of every process in the sandbox."""
    pages, *_, data, _ = map(int, Path("/proc/self/statm").read_text().split())
    # CUDA reserves address space for all memory of the machine and the GPU, so data pages are limited instead.
    kind, in_use = (resource.RLIMIT_DATA, data) if settings.gpus else (resource.RLIMIT_AS, pages)
    for name, value in (
        (resource.RLIMIT_CORE, 0),
        (kind, in_use * resource.getpagesize() + settings.memory_mb * 2**20),
        (resource.RLIMIT_NOFILE, OPEN_FILES + OPEN_FILES_OF_ENGINE),
        (resource.RLIMIT_FSIZE, settings.disk_mb * 2**20),
        (resource.RLIMIT_CPU, settings.cpu_seconds),
        (resource.RLIMIT_MSGQUEUE, 0),
        (resource.RLIMIT_MEMLOCK, 0),
    ):
        resource.setrlimit(name, (value, value))


def drop_privileges(settings: SandboxSettings) -> None:
    """Drops every capability and, as root, the uid, and makes sure that none can be regained."""
    for capability in range(_LAST_CAPABILITY + 1):
        libc.prctl(_PR_CAPBSET_DROP, ctypes.c_ulong(capability), 0, 0, 0)
    if settings.tier == ROOT_TIER:
        os.setgroups([])
        os.setresgid(settings.uid, settings.uid, settings.uid)
        os.setresuid(settings.uid, settings.uid, settings.uid)
    # After the change of uid, so that this counts the sandbox's processes and not root's.
    resource.setrlimit(resource.RLIMIT_NPROC, (settings.processes, settings.processes))
    prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL, "clear ambient capabilities")
    header, nothing = struct.pack("Ii", 0x20080522, 0), struct.pack("IIIIII", *[0] * 6)
    check(libc.syscall(_SYS_CAPSET, header, nothing), "capset")
    prctl(_PR_SET_NO_NEW_PRIVS, 1, "no_new_privs")
    # Changing the uid hides /proc/self from the process itself, but libraries read it; it holds nothing secret.
    prctl(_PR_SET_DUMPABLE, 1, "dumpable")
    os.umask(0o077)


def adopt_orphans() -> None:
    """Makes this process the parent of its descendants whose own parent ends, as pid 1 of a namespace is."""
    prctl(_PR_SET_CHILD_SUBREAPER, 1, "subreaper")


def die_first() -> None:
    """Makes the kernel end this process and its children, and not the zygote, when their group is out of memory."""
    with contextlib.suppress(OSError):  # /proc may be read-only in a container
        Path("/proc/self/oom_score_adj").write_text("1000")


def hide_memory() -> None:
    """Prevents other processes of the same uid from reading or tracing this one."""
    prctl(_PR_SET_DUMPABLE, 0, "dumpable")


def close_all_but(*keep: int) -> None:
    """Closes every descriptor above stderr except ``keep``, so that no inherited one can be used."""
    low = 3
    for fd in sorted(keep):
        os.closerange(low, fd)
        low = fd + 1
    os.closerange(low, 2**20)
