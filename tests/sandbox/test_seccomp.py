"""What a sandbox may not ask the kernel for, and what it still may."""

import errno
import os

import pytest

from autograder.sandbox.guest.seccomp import _BY_MACHINE, _COMMON, DENIED_BY_ARGUMENT, NO_OP, _filter
from autograder.sandbox.host.zygote import Zygote

PROBE = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
numbers = {numbers!r}
for name, number in numbers.items():
    result = libc.syscall(number, 0, 0, 0, 0, 0)
    print(name, result, ctypes.get_errno() if result < 0 else 0)
"""


def run(zygote: Zygote, source: str) -> str:
    """What the cell prints in a sandbox of its own."""
    sandbox = zygote.spawn()
    try:
        result = sandbox.run_cell(source, seconds=10)
    finally:
        zygote.retire(sandbox)
    return "".join(str(output.get("text", output.get("traceback"))) for output in result.outputs)


def test_each_denied_call_is_refused(zygote: Zygote) -> None:
    machine = os.uname().machine
    numbers = _BY_MACHINE[machine][1] | _COMMON
    for name in (*DENIED_BY_ARGUMENT, NO_OP):
        del numbers[name]
    said = run(zygote, PROBE.format(numbers=numbers))
    refused = {line.split()[0]: int(line.split()[2]) for line in said.splitlines()}
    assert refused == dict.fromkeys(numbers, errno.EPERM)


@pytest.mark.parametrize("flag", [0x10000000, 0x00020000, 0x40000000], ids=["user", "mount", "network"])
def test_a_clone_into_a_new_namespace_is_refused_and_a_fork_is_not(zygote: Zygote, flag: int) -> None:
    source = f"""
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
number = {{"x86_64": 56, "aarch64": 220}}[os.uname().machine]
print(libc.syscall(number, {flag} | 17, 0, 0, 0, 0), ctypes.get_errno())
pid = os.fork()
if pid == 0:
    os._exit(7)
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
"""
    assert run(zygote, source).split() == ["-1", str(errno.EPERM), "7"]


def test_a_tmpfs_of_ones_own_cannot_be_had_by_way_of_a_user_namespace(zygote: Zygote) -> None:
    source = """
import subprocess
done = subprocess.run(["unshare", "-Urm", "mount", "-t", "tmpfs", "-o", "size=5g", "none", "/home/student/tmp"])
print(done.returncode != 0)
"""
    assert run(zygote, source).strip() == "True"


def test_threads_and_subprocesses_still_work(zygote: Zygote) -> None:
    source = """
import subprocess, threading
thread = threading.Thread(target=print, args=("thread",))
thread.start()
thread.join()
print(subprocess.run(["echo", "process"], capture_output=True, text=True).stdout)
"""
    assert run(zygote, source).split() == ["thread", "process"]


def test_an_unknown_machine_has_no_filter_and_so_no_sandbox() -> None:
    with pytest.raises(OSError, match="no system call numbers for riscv64"):
        _filter("riscv64")


def test_only_sockets_that_a_network_namespace_contains_can_be_made(zygote: Zygote) -> None:
    source = """
import socket
for family in (socket.AF_UNIX, socket.AF_INET, socket.AF_INET6, socket.AF_VSOCK, socket.AF_PACKET, socket.AF_ALG):
    try:
        socket.socket(family, socket.SOCK_DGRAM).close()
        print("made")
    except OSError as error:
        print(error.errno)
"""
    refused = str(errno.EAFNOSUPPORT)
    assert run(zygote, source).split() == ["made", "made", "made", refused, refused, refused]


def test_the_first_process_cannot_be_looked_into(zygote: Zygote) -> None:
    source = """
for name in ("environ", "maps", "mem"):
    try:
        open(f"/proc/1/{name}", "rb").read(1)
        print("read")
    except OSError as error:
        print(error.errno)
"""
    assert set(run(zygote, source).split()) == {str(errno.EACCES)}


def test_what_no_limit_counts_is_refused_by_name_too(zygote: Zygote) -> None:
    """The numbers above come from our own table; these calls are made through the C library."""
    source = """
import ctypes, errno, os
libc = ctypes.CDLL(None, use_errno=True)
for name in ("semget", "msgget", "shmget"):
    print(getattr(libc, name)(0, 1, 0o1600), errno.errorcode[ctypes.get_errno()])
try:
    os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
except PermissionError:
    print("PermissionError")
"""
    assert run(zygote, source).split() == ["-1", "EPERM"] * 3 + ["PermissionError"]


def test_a_sandbox_stays_one_session(zygote: Zygote) -> None:
    """Where the kernel groups processes by session, sixty sessions would get sixty shares of the processor."""
    source = """
import os, subprocess, sys
ask = "import os; print(os.getsid(0))"
pid = os.fork()
if pid == 0:
    os.setsid()
    os._exit(os.getsid(0) != os.getsid(os.getppid()))
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
alone = subprocess.run([sys.executable, "-c", ask], start_new_session=True, capture_output=True, text=True)
print(int(alone.stdout) == os.getsid(0))
"""
    assert run(zygote, source).split() == ["0", "True"]
