"""Tests isolation: a real sandbox attempts what must be impossible, and any successful escape stops grading."""

from __future__ import annotations

import json
import os
import platform
import secrets
import socket
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from autograder.errors import IsolationMissing, SandboxError
from autograder.sandbox.host import bubblewrap
from autograder.sandbox.host.visible import refuse_visible, visible_paths
from autograder.sandbox.host.zygote import Gone, Zygote
from autograder.sandbox.linux import landlock_abi
from autograder.sandbox.settings import BWRAP_TIER, HOME_FOLDERS, NO_TIER, ROOT_TIER, USERNS_TIER, SandboxSettings

LANDLOCK_ABI = 4
"""The first version of Landlock that refuses TCP; where the kernel has it (Linux 6.7), it must be in force."""

GET_NAMESPACES = {
    USERNS_TIER: (
        "unprivileged user namespaces seem to be off: try `sysctl -w kernel.apparmor_restrict_unprivileged_userns=0` "
        "(Ubuntu) or `sysctl -w kernel.unprivileged_userns_clone=1` (Debian), install bubblewrap, or grade as root"
    ),
    BWRAP_TIER: bubblewrap.ADVICE,
    ROOT_TIER: (
        "this looks like a container without CAP_SYS_ADMIN; start it with the options in docs/container.md, or grade "
        "on the host"
    ),
}

_PROBE = """
import ctypes, json, os, resource, socket
def fails(act):
    try:
        act()
    except Exception:
        return True
    return False
def status(key):
    return next(line.split()[1] for line in open("/proc/self/status") if line.startswith(key + ":"))
libc = ctypes.CDLL(None, use_errno=True)
def connect():
    with socket.socket() as s:
        s.settimeout(0.3)
        s.connect(("127.0.0.1", {port}))
def bind():
    with socket.socket() as s:
        s.bind(("0.0.0.0", 0))
def denied(act):
    try:
        act()
    except PermissionError:
        return True
    return False
def mount():
    if libc.mount(b"none", b"/home/student/tmp", b"tmpfs", 0, None):
        raise OSError
def unshare():
    if libc.unshare(0x10000000):
        raise OSError
def write(path):
    with open(path, "w"):
        pass
def hidden(path, shown):
    try:
        if not fails(lambda: open(path, "rb")):
            return False
        return set(os.listdir(path)) <= set(shown)
    except OSError:
        return True
limited = lambda which: resource.getrlimit(which)[0] != resource.RLIM_INFINITY
print(json.dumps({{
    "no network": fails(connect),
    "no host files": fails(lambda: open({file!r}).read()) and fails(lambda: os.listdir({folder!r})),
    "no course files": all(hidden(path, shown) for path, shown in {private!a}.items()),
    "no password files": fails(lambda: open("/etc/shadow").read()) and fails(lambda: open("/etc/passwd").read()),
    "own process table": {pid} == os.getpid() or fails(lambda: os.kill({pid}, 0)),
    "few processes": sum(name.isdigit() for name in os.listdir("/proc")) <= 4,
    "own environment": {secret!r} not in str(dict(os.environ)),
    "read-only system": all(fails(lambda folder=folder: write(folder + "/x")) for folder in ("", "/usr", {prefix!r})),
    "a uid other than the grader's": os.getuid() != {uid} or {userns},
    "no capabilities": int(status("CapEff"), 16) == int(status("CapBnd"), 16) == int(status("CapPrm"), 16) == 0,
    "no new privileges": status("NoNewPrivs") == "1",
    "no way back to root": fails(lambda: os.setuid(0)),
    "no mounts": fails(mount),
    "no new namespaces": fails(unshare),
    "no sockets to the machine": fails(lambda: socket.socket(getattr(socket, "AF_VSOCK", 40), socket.SOCK_STREAM)),
    "filtered system calls": status("Seccomp") == "2",
    "Landlock": {landlock} < {landlock_abi} or denied(bind),
    "own host name": socket.gethostname() == "sandbox",
    "only its own descriptors": len(os.listdir("/proc/self/fd")) <= 5,
    "limited memory": limited(resource.RLIMIT_AS),
    "limited processes": 0 < resource.getrlimit(resource.RLIMIT_NPROC)[0] <= {processes},
    "limited file size": limited(resource.RLIMIT_FSIZE),
    "limited CPU time": limited(resource.RLIMIT_CPU),
}}))
"""


@dataclass(frozen=True)
class Attempt:
    """An escape that the self-test attempted; ``name`` is the protection that must block it."""

    name: str
    blocked: bool


def tier_for_this_machine() -> str:
    """Returns the tier for this process: ``root`` when it runs as root, otherwise ``userns``.

    Where only bubblewrap may make user namespaces, it is ``bwrap``. Raises IsolationMissing on any system but Linux.
    """
    if platform.system() != "Linux":
        raise IsolationMissing(f"{platform.system()} has no namespaces; grade in a Linux container or virtual machine")
    if os.geteuid() == 0:
        return ROOT_TIER
    return BWRAP_TIER if bubblewrap.is_needed() else USERNS_TIER


def zygote_of(tier: str, libraries: tuple[str, ...], **arguments: Any) -> Zygote:
    """Starts a zygote of that tier, which has not passed the self-test."""
    if tier == BWRAP_TIER:
        return bubblewrap.BubblewrapZygote(libraries, **arguments)
    return Zygote(libraries, tier=tier, **arguments)


def open_zygote(
    libraries: tuple[str, ...],
    *,
    unsafe: bool = False,
    visible: tuple[str, ...] = (),
    data: Mapping[str, Any] | None = None,
    private: tuple[str, ...] = (),
) -> Zygote:
    """Starts a zygote that has passed the self-test; raises IsolationMissing otherwise, unless ``unsafe``."""
    return start_zygote(libraries, unsafe=unsafe, visible=visible, data=data, private=private).ready()


def start_zygote(
    libraries: tuple[str, ...],
    *,
    unsafe: bool = False,
    visible: tuple[str, ...] = (),
    data: Mapping[str, Any] | None = None,
    private: tuple[str, ...] = (),
) -> Zygote:
    """Starts a zygote in the background; unless ``unsafe``, it passes the self-test before its first sandbox.

    ``private`` are the files and folders that the self-test tries to read; one that is inside a folder that sandboxes
    can see raises IsolationMissing at once. ``ready`` and ``spawn`` of the zygote raise it when the self-test fails.
    """
    if unsafe:
        return Zygote(libraries, tier=NO_TIER, visible=visible, data=data)
    tier = tier_for_this_machine()
    refuse_visible(private, visible_paths(visible))
    check = partial(_require_isolation, private=private)
    return zygote_of(tier, libraries, visible=visible, data=data, check=check)


def _require_isolation(zygote: Zygote, private: Iterable[str]) -> None:
    try:
        escapes = [attempt.name for attempt in attempt_escapes(zygote, private) if not attempt.blocked]
    except (SandboxError, OSError) as error:
        raise IsolationMissing(_message(str(error), zygote.tier)) from error
    if escapes:
        raise IsolationMissing(_message(f"the sandbox lets a student break out ({', '.join(escapes)})", zygote.tier))


def _message(problem: str, tier: str) -> str:
    workaround = "`--unsafe-no-sandbox` grades without isolation and marks every record"
    return f"nothing was graded: {problem}; {GET_NAMESPACES[tier]}; {workaround}"


def attempt_escapes(zygote: Zygote, private: Iterable[str] = ()) -> list[Attempt]:
    """Attempts every escape from inside a sandbox, and to read each of the ``private`` paths.

    Raises SandboxError when the sandbox does not report the results.
    """
    spellings = {spelling for path in private for spelling in (os.path.abspath(path), os.path.realpath(path))}
    with tempfile.TemporaryDirectory() as folder, socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(1)
        secret = secrets.token_hex(16)
        file = Path(folder, "self-test.txt")
        file.write_text(secret)
        for path in (Path(folder), file):
            path.chmod(0o755)
        probe = _PROBE.format(
            port=listener.getsockname()[1],
            file=str(file),
            folder=folder,
            private={path: _names_on_the_way(path, zygote.visible) for path in spellings},
            pid=os.getpid(),
            secret=secret,
            prefix=os.path.realpath(os.__file__ + "/.."),
            uid=os.geteuid(),
            processes=SandboxSettings.processes,
            landlock=landlock_abi(),
            landlock_abi=LANDLOCK_ABI,
            userns=zygote.tier in (USERNS_TIER, BWRAP_TIER),
        )
        return _read(_run(zygote, probe, secret))


def _names_on_the_way(folder: str, visible: Iterable[str]) -> list[str]:
    """Returns the names that a sandbox must show in a private folder: a virtual environment may be inside a course."""
    below = (path.removeprefix(f"{folder}/") for path in (*visible, *HOME_FOLDERS))
    return sorted({path.split("/")[0] for path in below if not path.startswith("/")})


def _run(zygote: Zygote, probe: str, secret: str) -> str:
    os.environ["CHAINRULE_SELF_TEST"] = secret
    sandbox = zygote.spawn()
    try:
        result = sandbox.run_cell(probe, seconds=10)
    except Gone as gone:
        raise SandboxError(f"the self-test's sandbox ended early ({gone.why})") from gone
    finally:
        del os.environ["CHAINRULE_SELF_TEST"]
        zygote.retire(sandbox)
    return "".join(str(output.get("text", output.get("traceback", ""))) for output in result.outputs)


def _read(text: str) -> list[Attempt]:
    try:
        return [Attempt(name, blocked is True) for name, blocked in json.loads(text).items()]
    except (ValueError, AttributeError):
        raise SandboxError(f"the self-test did not finish its attempts: {text[:300]!r}") from None
