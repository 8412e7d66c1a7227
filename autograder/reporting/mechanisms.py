"""Finds out which mechanisms of Linux for isolation this machine has, and says how to get the others."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass

from autograder.errors import SandboxError
from autograder.sandbox.host import bubblewrap, cgroups, self_test
from autograder.sandbox.linux import landlock_abi
from autograder.sandbox.settings import BWRAP_TIER, ROOT_TIER

_TRIAL = """
import ctypes, errno, json, os, sys
libc = ctypes.CDLL(None, use_errno=True)
def works(act):
    child = os.fork()
    if child == 0:
        os._exit(0 if act() else 1)
    return os.waitpid(child, 0)[1] == 0
def has_filters():  # without a program, a kernel that has filters finds a bad address, and another a bad mode
    return libc.prctl(22, 2, None) != 0 and ctypes.get_errno() == errno.EFAULT
tier, trials = sys.argv[1], {}
flags = {"process": 0x20000000, "mount": 0x20000, "network": 0x40000000, "IPC": 0x8000000, "host name": 0x4000000}
user = 0x10000000 if tier == "userns" else 0
if user:
    trials["user namespaces"] = lambda: libc.unshare(user) == 0
if tier != "bwrap":  # which bubblewrap makes
    trials |= {f"{name} namespaces": lambda flag=flag: libc.unshare(user | flag) == 0 for name, flag in flags.items()}
trials["no_new_privs"] = lambda: libc.prctl(38, 1, 0, 0, 0) == 0
trials["seccomp filters"] = has_filters
trials["pidfd"] = lambda: os.pidfd_open(os.getpid()) >= 0
print(json.dumps({name: works(trial) for name, trial in trials.items()}))
"""

_KERNEL = {
    "no_new_privs": "every Linux since 3.5 has it; this system only imitates Linux, so grade in a virtual machine",
    "seccomp filters": "use a kernel with CONFIG_SECCOMP_FILTER, or a container whose own profile allows filters",
    "pidfd": "needed to end a submission at its deadline; use Linux 5.3 or newer",
}


@dataclass(frozen=True)
class Diagnostic:
    """What was found out about this machine, with what it is good for or how to get it.

    One that is not ``required`` only warns.
    """

    name: str
    passed: bool
    detail: str
    required: bool = True


def mechanisms(tier: str) -> list[Diagnostic]:
    """Tries each mechanism in a process of its own, which changes nothing; raises SandboxError when that fails."""
    try:
        command = [sys.executable, "-I", "-c", _TRIAL, tier]
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)
        found: dict[str, bool] = json.loads(done.stdout)
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        raise SandboxError(f"the trial of this machine's mechanisms failed ({error}); run it again") from error
    tried = [
        Diagnostic(name, works, "available" if works else _KERNEL.get(name, self_test.GET_NAMESPACES[tier]))
        for name, works in found.items()
    ]
    if tier == BWRAP_TIER:
        works = bubblewrap.works()
        tried.append(Diagnostic("bubblewrap", works, "makes all namespaces" if works else bubblewrap.ADVICE))
    return [*tried, _identity(tier), _landlock(landlock_abi()), _cgroups()]


def _identity(tier: str) -> Diagnostic:
    if tier == ROOT_TIER:
        return Diagnostic("user id", True, "each sandbox has a user id that owns nothing")
    detail = "sandboxes have the grader's user id in a user namespace; graded as root, each has its own"
    return Diagnostic("user id", True, detail)


def _landlock(abi: int) -> Diagnostic:
    if abi >= self_test.LANDLOCK_ABI:
        return Diagnostic("Landlock", True, f"version {abi}")
    found = f"only version {abi}" if abi else "not in this kernel, or not in its `lsm=` boot parameter"
    return Diagnostic("Landlock", False, f"{found}; Linux 6.7 or newer adds this second protection of files", False)


def _cgroups() -> Diagnostic:
    """Says which control groups there are; they limit what all processes of a submission use together."""
    support = cgroups.support()
    found = f"version {support.version}: {', '.join(support.controllers)}" if support.version else "none"
    if support.remedy:
        detail = f"{found}; {support.remedy}; until then, no limit of the kernel holds for a submission as a whole"
        return Diagnostic("cgroups", False, detail, False)
    return Diagnostic("cgroups", True, found)
