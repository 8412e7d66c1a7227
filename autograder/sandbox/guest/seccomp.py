"""Denies system calls that would defeat other protections: new namespaces and mounts, memory outside every limit,
kernel subsystems, other processes, scheduling classes, and sockets that no network namespace contains.

Without this, ``unshare(CLONE_NEWUSER)`` would make the student root of a namespace in which a tmpfs of any size can
be mounted. This is a deny list, not an allow list: it names only what is known to defeat another protection.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct

_NEW_NAMESPACES = 0x7E020080  # every CLONE_NEW* flag of clone(2)
_PR_SET_SECCOMP, _MODE_FILTER = 22, 2
_ALLOW, _ERRNO, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_LOAD, _JUMP_EQUAL, _JUMP_GREATER_EQUAL, _JUMP_ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16
_X32 = 0x40000000
_FAMILIES = (1, 2, 10, 16)
"""unix, inet, inet6, netlink: what a network namespace contains. vsock, among others, would lead out of it."""
DENIED_BY_ARGUMENT = ("clone", "socket", "socketpair")
"""Calls that are allowed or denied by their first argument."""
NO_OP = "setsid"
"""A call that returns 0 and does nothing: the kernel shares the CPU among sessions, and a sandbox is to remain one.
Programs start a new session (``start_new_session=True``) to escape Ctrl-C, which is never pressed here."""

_COMMON = {
    "io_uring_setup": 425,
    "pidfd_getfd": 438,
    "open_tree": 428,
    "move_mount": 429,
    "fsopen": 430,
    "fsmount": 432,
    "fspick": 433,
    "mount_setattr": 442,
    "memfd_secret": 447,
}
_BY_MACHINE: dict[str, tuple[int, dict[str, int]]] = {
    "x86_64": (
        0xC000003E,
        {
            "mount": 165,
            "umount2": 166,
            "pivot_root": 155,
            "unshare": 272,
            "setns": 308,
            "memfd_create": 319,
            "shmget": 29,
            "semget": 64,
            "msgget": 68,
            "sched_setscheduler": 144,
            "sched_setattr": 314,
            "setsid": 112,
            "bpf": 321,
            "add_key": 248,
            "request_key": 249,
            "keyctl": 250,
            "perf_event_open": 298,
            "userfaultfd": 323,
            "ptrace": 101,
            "process_vm_readv": 310,
            "process_vm_writev": 311,
            "clone": 56,
            "socket": 41,
            "socketpair": 53,
        },
    ),
    "aarch64": (
        0xC00000B7,
        {
            "mount": 40,
            "umount2": 39,
            "pivot_root": 41,
            "unshare": 97,
            "setns": 268,
            "memfd_create": 279,
            "shmget": 194,
            "semget": 190,
            "msgget": 186,
            "sched_setscheduler": 119,
            "sched_setattr": 274,
            "setsid": 157,
            "bpf": 280,
            "add_key": 217,
            "request_key": 218,
            "keyctl": 219,
            "perf_event_open": 241,
            "userfaultfd": 282,
            "ptrace": 117,
            "process_vm_readv": 270,
            "process_vm_writev": 271,
            "clone": 220,
            "socket": 198,
            "socketpair": 199,
        },
    ),
}
_CLONE3 = 435

_libc = ctypes.CDLL(None, use_errno=True)


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def install_filter() -> None:
    """Installs the filter for this process and its descendants; needs no_new_privs. Raises OSError."""
    code = _filter(os.uname().machine)
    program = _Program(len(code) // 8, code)
    if _libc.prctl(_PR_SET_SECCOMP, ctypes.c_ulong(_MODE_FILTER), ctypes.byref(program), 0, 0):
        number = ctypes.get_errno()
        raise OSError(number, f"seccomp: {os.strerror(number)}")


def _filter(machine: str) -> bytes:
    """Returns the BPF program. Another architecture kills the process, a denied call fails with EPERM.

    clone3 fails with ENOSYS, so that glibc falls back to clone, whose flags can be filtered.
    """
    if machine not in _BY_MACHINE:
        raise OSError(errno.ENOTSUP, f"seccomp: no system call numbers for {machine}")
    architecture, numbers = _BY_MACHINE[machine]
    by_argument = {numbers[name] for name in DENIED_BY_ARGUMENT}
    denied = sorted({*numbers.values(), *_COMMON.values()} - by_argument - {numbers[NO_OP]})
    lines = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_JUMP_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
        (_JUMP_GREATER_EQUAL, 0, 1, _X32),
        (_RETURN, 0, 0, _KILL),
        (_JUMP_EQUAL, 0, 1, _CLONE3),
        (_RETURN, 0, 0, _ERRNO | errno.ENOSYS),
    ]
    lines += [(_JUMP_EQUAL, 0, 1, numbers[NO_OP]), (_RETURN, 0, 0, _ERRNO)]
    for number in denied:
        lines += [(_JUMP_EQUAL, 0, 1, number), (_RETURN, 0, 0, _ERRNO | errno.EPERM)]
    lines += [
        (_JUMP_EQUAL, 0, 4, numbers["clone"]),
        (_LOAD, 0, 0, _FIRST_ARGUMENT),
        (_JUMP_ANY_BIT, 0, 1, _NEW_NAMESPACES),
        (_RETURN, 0, 0, _ERRNO | errno.EPERM),
        (_RETURN, 0, 0, _ALLOW),
        (_JUMP_EQUAL, 2, 0, numbers["socket"]),
        (_JUMP_EQUAL, 1, 0, numbers["socketpair"]),
        (_RETURN, 0, 0, _ALLOW),
        (_LOAD, 0, 0, _FIRST_ARGUMENT),
    ]
    for family in _FAMILIES:
        lines += [(_JUMP_EQUAL, 0, 1, family), (_RETURN, 0, 0, _ALLOW)]
    lines.append((_RETURN, 0, 0, _ERRNO | errno.EAFNOSUPPORT))
    return b"".join(struct.pack("HBBI", *line) for line in lines)
