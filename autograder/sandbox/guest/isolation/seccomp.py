"""Allows the system calls of a list and no others, so that a bug in the rest of the kernel cannot be reached.

A call that is not on the list fails with ENOSYS, as on a kernel that lacks it: libraries then use an older one (glibc
replaces ``clone3``, whose flags no filter can read, by ``clone``). A call of another architecture ends the process.

The filter is a program for the kernel's classic BPF machine, which has one register and jumps forward by at most 255
instructions. It finds a call by binary search, in at most eight comparisons; from Linux 5.11 the kernel remembers which
calls are always allowed and does not run the program for them.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import functools
import mmap
import os
import socket
import struct
import termios
from collections.abc import Iterable, Mapping

from autograder.sandbox.guest.isolation.system_calls import ALLOWED, BY_ARGUMENT, NO_OPS
from autograder.sandbox.linux import check, libc

Code = tuple[tuple[int, int, int, int], ...]
"""BPF instructions (operation, jump if true, jump if false, constant) of which every path ends in an answer."""

_LOAD, _AND, _RETURN = 0x20, 0x54, 0x06
_JUMP, _JUMP_GREATER_EQUAL, _JUMP_ANY_BIT = 0x05, 0x35, 0x45
_LONGEST_JUMP = 255
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16
_X32 = 0x40000000
"""Numbers from here on belong to x86_64's second, 32-bit interface."""

_ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_PR_SET_SECCOMP, _MODE_FILTER = 22, 2
_ERRNO = 0x00050000
_ALLOW: Code = ((_RETURN, 0, 0, 0x7FFF0000),)
_KILL: Code = ((_RETURN, 0, 0, 0x80000000),)
_NOTHING: Code = ((_RETURN, 0, 0, _ERRNO),)

_NEW_NAMESPACES = 0x7E020080  # every CLONE_NEW* flag of clone(2)
_NETLINK_ROUTE = 0  # getaddrinfo and if_nameindex list the interfaces with it
_SOCKET_FLAGS = socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC

_PRCTL = (1, 2, 3, 4, 15, 16, 23, 29, 30, 39)
"""Set and get: the signal at a parent's end (1, 2), dumpable (3, 4), a thread's name (15, 16), timer slack (29, 30);
get: the bounding set (23), no_new_privs (39)."""

_FCNTL = (
    *(fcntl.F_DUPFD, fcntl.F_DUPFD_CLOEXEC, fcntl.F_GETFD, fcntl.F_SETFD, fcntl.F_GETFL, fcntl.F_SETFL),
    *(fcntl.F_GETLK, fcntl.F_SETLK, fcntl.F_SETLKW, fcntl.F_OFD_GETLK, fcntl.F_OFD_SETLK, fcntl.F_OFD_SETLKW),
    *(fcntl.F_GETOWN, 1032, 1034),  # the size of a pipe, the seals of a file
)
"""Leases, notifications and larger pipes are missing: no limit of the sandbox counts them."""

_IOCTL = (
    *(termios.TCGETS, termios.TIOCGWINSZ, termios.TIOCGPGRP, termios.FIONREAD, termios.FIONBIO),
    *(termios.FIOCLEX, termios.FIONCLEX),
)
_MADVISE = (
    *(mmap.MADV_NORMAL, mmap.MADV_RANDOM, mmap.MADV_SEQUENTIAL, mmap.MADV_WILLNEED, mmap.MADV_DONTNEED),
    *(mmap.MADV_FREE, mmap.MADV_DONTFORK, mmap.MADV_DOFORK, mmap.MADV_DONTDUMP, mmap.MADV_DODUMP),
    *(mmap.MADV_HUGEPAGE, mmap.MADV_NOHUGEPAGE, 18, 19, 102, 103),  # wipe or keep on fork, guard pages
)
"""Missing are those that damage memory on purpose, merge equal pages of strangers or evict pages of files."""

_SOCKET_OPTIONS = {
    socket.SOL_SOCKET: (
        *(socket.SO_REUSEADDR, socket.SO_REUSEPORT, socket.SO_KEEPALIVE, socket.SO_BROADCAST, socket.SO_LINGER),
        *(socket.SO_SNDBUF, socket.SO_RCVBUF, socket.SO_SNDTIMEO, socket.SO_RCVTIMEO),
    ),
    socket.IPPROTO_TCP: (socket.TCP_NODELAY,),
    socket.IPPROTO_IPV6: (socket.IPV6_V6ONLY,),
}


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def install_filter(*, any_ioctl: bool) -> None:
    """Installs the filter for this process and its descendants; needs no_new_privs. Raises OSError."""
    code = program(os.uname().machine, any_ioctl=any_ioctl)
    arguments = (ctypes.c_ulong(_MODE_FILTER), ctypes.byref(_Program(len(code) // 8, code)), 0, 0)
    check(libc.prctl(_PR_SET_SECCOMP, *arguments), "seccomp")


@functools.cache
def program(machine: str, *, any_ioctl: bool) -> bytes:
    """Returns the filter's BPF program; the zygote calls this once, before it forks. Raises OSError.

    ``any_ioctl`` is for a sandbox with a GPU, whose driver has hundreds of requests that nobody documents.
    """
    if machine not in _ARCHITECTURES:
        raise OSError(errno.ENOTSUP, f"seccomp: no system call numbers for {machine}; grade on x86_64 or aarch64")
    rules = _rules() | ({"ioctl": _ALLOW} if any_ioctl else {})
    answers = dict.fromkeys(ALLOWED[machine].values(), _ALLOW) | dict.fromkeys(NO_OPS[machine].values(), _NOTHING)
    answers |= {number: rules[name] for name, number in BY_ARGUMENT[machine].items()}
    native = _branch(_JUMP_GREATER_EQUAL, _X32, _KILL, _switch(answers, _fail(errno.ENOSYS)))
    code = _load(_ARCHITECTURE) + _switch({_ARCHITECTURES[machine]: _load(_NUMBER) + native}, _KILL)
    return b"".join(struct.pack("HBBI", *instruction) for instruction in code)


def _rules() -> dict[str, Code]:
    """Returns what happens to each call that is judged by its arguments."""
    no_flags = {0: _ALLOW}
    return {
        "clone": _argument(0) + _branch(_JUMP_ANY_BIT, _NEW_NAMESPACES, _fail(errno.EPERM), _ALLOW),
        "fcntl": _one_of(1, _FCNTL, errno.EINVAL),
        "ioctl": _one_of(1, _IOCTL, errno.ENOTTY),
        "madvise": _one_of(2, _MADVISE, errno.EINVAL),
        "prctl": _one_of(0, _PRCTL, errno.EINVAL),
        # The flags could tell from the page cache what others read.
        "preadv2": _argument(5) + _switch(no_flags, _fail(errno.EOPNOTSUPP)),
        "pwritev2": _argument(5) + _switch(no_flags, _fail(errno.EOPNOTSUPP)),
        # The first process of the sandbox has the same uid, but no business of the student's.
        "prlimit64": _one_of(0, [0], errno.EPERM),
        "setsockopt": _argument(1)
        + _switch(
            {level: _one_of(2, names, errno.ENOPROTOOPT) for level, names in _SOCKET_OPTIONS.items()},
            _fail(errno.ENOPROTOOPT),
        ),
        "socket": _socket(
            {
                socket.AF_UNIX: _unix(),
                socket.AF_INET: _inet(),
                socket.AF_INET6: _inet(),
                socket.AF_NETLINK: _one_of(2, [_NETLINK_ROUTE], errno.EPROTONOSUPPORT),
            }
        ),
        "socketpair": _socket({socket.AF_UNIX: _unix()}),
    }


def _socket(families: Mapping[int, Code]) -> Code:
    """Allows families that a network namespace contains; vsock, among others, would lead out of it."""
    return _argument(0) + _switch(families, _fail(errno.EAFNOSUPPORT))


def _unix() -> Code:
    kinds = (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET)
    return _kind_of_socket(dict.fromkeys(kinds, (0,)))


def _inet() -> Code:
    """Allows TCP and UDP; raw sockets, MPTCP, SCTP and UDP-Lite are much code for no use."""
    return _kind_of_socket(
        {
            socket.SOCK_STREAM: (0, socket.IPPROTO_TCP),
            socket.SOCK_DGRAM: (0, socket.IPPROTO_UDP),
        }
    )


def _kind_of_socket(protocols: Mapping[int, Iterable[int]]) -> Code:
    allowed = {kind: _one_of(2, numbers, errno.EPROTONOSUPPORT) for kind, numbers in protocols.items()}
    without_flags = ((_AND, 0, 0, 0xFFFFFFFF & ~_SOCKET_FLAGS),)
    return _argument(1) + without_flags + _switch(allowed, _fail(errno.EPROTONOSUPPORT))


def _one_of(argument: int, values: Iterable[int], otherwise: int) -> Code:
    """Allows a call if one of its arguments is in ``values``; else it fails with the error ``otherwise``."""
    return _argument(argument) + _switch(dict.fromkeys(values, _ALLOW), _fail(otherwise))


# -- the assembler ---------------------------------------------------------------------------------------------


def _fail(error: int) -> Code:
    return ((_RETURN, 0, 0, _ERRNO | error),)


def _load(offset: int) -> Code:
    """Loads a word of the description of a call, which the code that follows compares."""
    return ((_LOAD, 0, 0, offset),)


def _argument(index: int) -> Code:
    """Loads the lower half of an argument; the kernel ignores the upper half of all that are judged here."""
    return _load(_ARGUMENTS + 8 * index)


def _switch(cases: Mapping[int, Code], default: Code) -> Code:
    """Runs the code of the case that equals the loaded word, or the default; finds it by binary search."""
    starts = {0: default} | {value + 1: default for value in cases} | dict(cases)
    changes: list[tuple[int, Code]] = []
    for value, code in sorted(starts.items()):
        if not changes or changes[-1][1] != code:
            changes.append((value, code))
    return _search(changes)


def _search(starts: list[tuple[int, Code]]) -> Code:
    """Runs the code of the last start that is not greater than the loaded word."""
    if len(starts) == 1:
        return starts[0][1]
    middle = len(starts) // 2
    return _branch(_JUMP_GREATER_EQUAL, starts[middle][0], _search(starts[middle:]), _search(starts[:middle]))


def _branch(test: int, value: int, yes: Code, no: Code) -> Code:
    """Runs ``yes`` if the loaded word passes the test, otherwise ``no``."""
    if len(no) <= _LONGEST_JUMP:
        return ((test, len(no), 0, value), *no, *yes)
    return ((test, 0, 1, value), (_JUMP, 0, 0, len(no)), *no, *yes)
