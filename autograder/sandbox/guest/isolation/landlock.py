"""Lets a process open only the paths of a list, whatever is mounted: a second wall behind the mount namespace.

The kernel's Landlock checks every file that is opened against a list of subtrees. So a folder that was mounted by
mistake stays unreadable: it would have to be on this list as well. Where the kernel is new enough, TCP and signals to
processes outside are refused too. https://docs.kernel.org/userspace-api/landlock.html
"""

from __future__ import annotations

import os
import stat
import struct
from collections.abc import Iterator

from autograder.sandbox.linux import check, landlock_abi, libc
from autograder.sandbox.settings import HOME, SandboxSettings

_OLDEST = 2
"""The first version that lets files be renamed from one folder to another, which students do."""

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1, 2, 4, 8
_MAKE_CHAR, _MAKE_BLOCK, _TRUNCATE, _IOCTL_DEV = 1 << 6, 1 << 11, 1 << 14, 1 << 15
_OF_A_FILE = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV
"""The rights that a rule about a single file may give."""

_READ = _EXECUTE | _READ_FILE | _READ_DIR
_BIND_TCP, _CONNECT_TCP = 1, 2
_SCOPE_ABSTRACT_SOCKETS, _SCOPE_SIGNALS = 1, 2
_NO_LOG = 1
"""Refusals are not written to the kernel's log, which a submission could otherwise fill."""

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_PATH_BENEATH = 1


def restrict(settings: SandboxSettings) -> None:
    """Restricts this process and its descendants for good; needs no_new_privs. Raises OSError.

    Does nothing where the kernel has no Landlock, or one that is too old.
    """
    version = landlock_abi()
    if version < _OLDEST:
        return
    files = _rights(version)
    network = _BIND_TCP | _CONNECT_TCP if version >= 4 else 0
    scopes = _SCOPE_ABSTRACT_SOCKETS | _SCOPE_SIGNALS if version >= 6 else 0
    attributes = struct.pack("QQQ", files, network, scopes)
    rules = libc.syscall(_CREATE_RULESET, attributes, len(attributes), 0)
    check(rules, "landlock_create_ruleset")
    for path, rights in _allowed(settings):
        _add_rule(rules, path, rights & files)
    check(libc.syscall(_RESTRICT_SELF, rules, _NO_LOG if version >= 7 else 0), "landlock_restrict_self")
    os.close(rules)


def _rights(version: int) -> int:
    """Returns all rights on files that a version of Landlock knows: each that is not given to a path is denied."""
    last = _IOCTL_DEV if version >= 5 else _TRUNCATE if version >= 3 else _TRUNCATE >> 1
    return 2 * last - 1


def _allowed(settings: SandboxSettings) -> Iterator[tuple[str, int]]:
    """Yields the paths that may be opened, with the rights to them and what is below them."""
    yield HOME, ~(_MAKE_CHAR | _MAKE_BLOCK | _IOCTL_DEV)
    yield "/proc", _READ_FILE | _READ_DIR
    for path in settings.visible:
        if not os.path.islink(path):  # what a link leads to has a rule of its own, or none
            yield path, _READ
    for name in settings.devices:
        yield f"/dev/{name}", _READ_FILE | _WRITE_FILE
    for name in settings.gpus:
        yield f"/dev/{name}", _READ_FILE | _WRITE_FILE | _IOCTL_DEV


def _add_rule(rules: int, path: str, rights: int) -> None:
    fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        is_folder = stat.S_ISDIR(os.fstat(fd).st_mode)
        rule = struct.pack("=Qi", rights if is_folder else rights & _OF_A_FILE, fd)
        check(libc.syscall(_ADD_RULE, rules, _PATH_BENEATH, rule, 0), f"landlock_add_rule {path}")
    finally:
        os.close(fd)
