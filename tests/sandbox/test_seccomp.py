"""What a sandbox may not ask the kernel for, and what it still may."""

import errno
import os
import re
import struct
from collections.abc import Mapping
from pathlib import Path

import pytest

from autograder.sandbox.guest.isolation.seccomp import _ARCHITECTURES, program
from autograder.sandbox.guest.isolation.system_calls import ALLOWED, BY_ARGUMENT, NO_OPS
from autograder.sandbox.host.zygote import Zygote

MACHINE = os.uname().machine
LAST = 512
"""No system call has a number from here on, as of Linux 6.18."""

PASSED_BY_THE_KERNEL = (335, 336)
"""uretprobe and uprobe: Linux runs no filter for them, and kills a process that calls them without being traced."""

PROBE = """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
for name, call in {calls!r}.items():
    result = libc.syscall(*map(ctypes.c_long, (call + (0,) * 7)[:7]))
    print(name, ctypes.get_errno() if result < 0 else 0)
"""

on_x86_64 = pytest.mark.skipif(MACHINE != "x86_64", reason="the numbers are those of x86_64")


def run(zygote: Zygote, source: str) -> str:
    """What the cell prints in a sandbox of its own."""
    sandbox = zygote.spawn()
    try:
        result = sandbox.run_cell(source, seconds=10)
    finally:
        zygote.retire(sandbox)
    return "".join(str(output.get("text", output.get("traceback"))) for output in result.outputs)


def errors(zygote: Zygote, calls: Mapping[str, tuple[int, ...]]) -> dict[str, int]:
    """With what error each call fails in a sandbox, given its number and arguments; 0 when it does not."""
    lines = run(zygote, PROBE.format(calls=dict(calls))).splitlines()
    return {name: int(number) for name, number in map(str.split, lines)}


# -- the list ------------------------------------------------------------------------------------------------------


def listed(machine: str) -> dict[str, int]:
    return ALLOWED[machine] | BY_ARGUMENT[machine] | NO_OPS[machine]


@pytest.mark.parametrize("machine", ALLOWED)
def test_no_call_is_in_two_lists(machine: str) -> None:
    numbers = [*ALLOWED[machine].values(), *BY_ARGUMENT[machine].values(), *NO_OPS[machine].values()]
    assert len(numbers) == len(set(numbers)) == len(listed(machine))


HEADERS = {"x86_64": "x86_64-linux-gnu/asm/unistd_64.h", "aarch64": "asm-generic/unistd.h"}


@pytest.mark.parametrize("machine", HEADERS)
def test_the_numbers_are_those_of_the_kernels_headers(machine: str) -> None:
    header = Path("/usr/include", HEADERS[machine])
    if not header.exists():
        pytest.skip("the kernel's headers are not installed")
    source = header.read_text()
    numbers = {name: int(number) for name, number in re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", source)}
    if machine == "aarch64":
        numbers["newfstatat"] = numbers["fstatat"]
    else:
        assert sum(name in numbers for name in listed(machine)) >= len(listed(machine)) - 1  # fchmodat2 is of 2023
    assert {name: number for name, number in listed(machine).items() if numbers.get(name, number) != number} == {}


def test_a_call_that_is_not_on_the_list_does_not_exist(zygote: Zygote) -> None:
    known = {*listed(MACHINE).values(), *(PASSED_BY_THE_KERNEL if MACHINE == "x86_64" else ())}
    calls = {str(number): (number,) for number in range(LAST) if number not in known}
    assert len(calls) > 250
    assert errors(zygote, calls) == dict.fromkeys(calls, errno.ENOSYS)


@on_x86_64
def test_each_call_that_is_known_to_do_harm_does_not_exist(zygote: Zygote) -> None:
    """By numbers of our own: a name that strays into the list must not take its test along."""
    harmful = {
        "unshare": 272, "setns": 308, "mount": 165, "umount2": 166, "pivot_root": 155, "chroot": 161, "clone3": 435,
        "open_tree": 428, "move_mount": 429, "fsopen": 430, "fsmount": 432, "fspick": 433, "mount_setattr": 442,
        "ptrace": 101, "process_vm_readv": 310, "process_vm_writev": 311, "kcmp": 312, "pidfd_open": 434,
        "pidfd_getfd": 438, "bpf": 321, "add_key": 248, "request_key": 249, "keyctl": 250, "perf_event_open": 298,
        "userfaultfd": 323, "io_uring_setup": 425, "io_setup": 206, "inotify_init": 253, "inotify_init1": 294,
        "fanotify_init": 300, "shmget": 29, "semget": 64, "msgget": 68, "mq_open": 240, "memfd_create": 319,
        "memfd_secret": 447, "mlock": 149, "mlock2": 325, "mlockall": 151, "vmsplice": 278, "splice": 275, "tee": 276,
        "modify_ldt": 154, "personality": 135, "membarrier": 324, "move_pages": 279, "migrate_pages": 256,
        "set_mempolicy": 238, "mbind": 237, "mincore": 27, "readahead": 187, "cachestat": 451, "flock": 73,
        "sync": 162, "syncfs": 306, "sync_file_range": 277, "sched_setscheduler": 144, "sched_setattr": 314,
        "ioprio_set": 251, "mknod": 133, "mknodat": 259, "setuid": 105, "setgroups": 116, "seccomp": 317,
        "name_to_handle_at": 303, "open_by_handle_at": 304, "openat2": 437, "execveat": 322, "kexec_load": 246,
        "init_module": 175, "quotactl": 179, "acct": 163, "swapon": 167, "reboot": 169, "syslog": 103,
        "settimeofday": 164, "clock_adjtime": 305, "iopl": 172, "ioperm": 173, "timer_create": 222,
        "landlock_create_ruleset": 444, "pkey_alloc": 330, "remap_file_pages": 216, "setxattr": 188,
    }  # fmt: skip
    calls = {name: (number,) for name, number in harmful.items()}
    assert errors(zygote, calls) == dict.fromkeys(harmful, errno.ENOSYS)


def test_what_no_limit_counts_is_refused_by_name_too(zygote: Zygote) -> None:
    """The numbers above come from our own tables; these calls are made through the C library."""
    source = """
import ctypes, errno, fcntl, os
libc = ctypes.CDLL(None, use_errno=True)
for name in ("semget", "msgget", "shmget", "inotify_init", "memfd_create", "vmsplice", "personality", "mlockall"):
    print(getattr(libc, name)(0, 1, 0o1600), errno.errorcode[ctypes.get_errno()])
for act in (
    lambda: os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0)),
    lambda: fcntl.flock(open("/dev/null"), fcntl.LOCK_SH),
    lambda: os.mkfifo("fifo"),
):
    try:
        act()
    except OSError as error:
        print(-1, errno.errorcode[error.errno])
"""
    assert run(zygote, source).split() == ["-1", "ENOSYS"] * 11


@on_x86_64
@pytest.mark.parametrize("number", [0x40000000 + 39, 0x40000000 + 520], ids=["getpid", "execve"])
def test_a_call_of_the_x32_interface_ends_the_process(zygote: Zygote, number: int) -> None:
    source = f"""
import ctypes, os
pid = os.fork()
if pid == 0:
    ctypes.CDLL(None).syscall({number})
    os._exit(0)
print(os.WTERMSIG(os.waitpid(pid, 0)[1]))
"""
    assert run(zygote, source).strip() == str(31)


@on_x86_64
def test_a_call_of_32_bit_programs_ends_the_process(zygote: Zygote) -> None:
    """``int 0x80`` numbers the calls as 32-bit programs do: 20 is getpid there, and writev here."""
    source = """
import ctypes, mmap, os
pid = os.fork()
if pid == 0:
    code = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    code.write(bytes.fromhex("b814000000cd80c3"))  # mov eax, 20; int 0x80; ret
    ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(code)))()
    os._exit(0)
print(os.WTERMSIG(os.waitpid(pid, 0)[1]))
"""
    assert run(zygote, source).strip() in (str(31), str(11))  # SIGSEGV: a kernel without 32-bit calls


# -- arguments -----------------------------------------------------------------------------------------------------


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


def test_only_sockets_that_a_network_namespace_contains_can_be_made(zygote: Zygote) -> None:
    source = """
import errno
from socket import *
def attempt(*kind):
    try:
        socket(*kind).close()
        return "made"
    except OSError as error:
        return errno.errorcode[error.errno]
for family in (AF_UNIX, AF_INET, AF_INET6):
    print([attempt(family, kind | SOCK_NONBLOCK) for kind in (SOCK_STREAM, SOCK_DGRAM)])
print([attempt(AF_UNIX, SOCK_SEQPACKET), attempt(AF_INET, SOCK_STREAM, IPPROTO_TCP), attempt(AF_NETLINK, SOCK_RAW, 0)])
print({attempt(family, SOCK_DGRAM) for family in (AF_VSOCK, AF_PACKET, AF_ALG, AF_CAN, AF_TIPC, 31, 44)})
mptcp, udplite, sctp = 262, 136, 132
for kind in ((SOCK_STREAM, mptcp), (SOCK_DGRAM, udplite), (SOCK_STREAM, sctp), (SOCK_SEQPACKET, sctp), (SOCK_RAW, 1),
             (SOCK_DGRAM, 1)):
    print(attempt(AF_INET, *kind), attempt(AF_INET6, *kind))
print({attempt(AF_NETLINK, SOCK_RAW, protocol) for protocol in range(1, 23)})
print(attempt(AF_UNIX, SOCK_RAW), attempt(AF_UNIX, SOCK_STREAM, 1))
"""
    made, refused = ["['made',", "'made']"] * 3 + ["['made',", "'made',", "'made']"], "EPROTONOSUPPORT"
    assert run(zygote, source).split() == [
        *made,
        "{'EAFNOSUPPORT'}",
        *[refused] * 12,
        f"{{'{refused}'}}",
        refused,
        refused,
    ]


@on_x86_64
def test_calls_are_judged_by_their_arguments(zygote: Zygote) -> None:
    calls = {
        "prctl-seccomp": (157, 22, 2),
        "prctl-subreaper": (157, 36, 1),
        "prctl-mm": (157, 35, 1),
        "fcntl-lease": (72, 0, 1024),
        "fcntl-notify": (72, 0, 1026),
        "fcntl-pipe-size": (72, 0, 1031, 2**20),
        "fcntl-owner": (72, 0, 8, 1),
        "ioctl-type-a-character": (16, 0, 0x5412),
        "ioctl-interfaces": (16, 0, 0x8912),
        "ioctl-clone-a-file": (16, 0, 0x40049409),
        "madvise-poison": (28, 0, 0, 100),
        "madvise-merge": (28, 0, 0, 12),
        "madvise-page-out": (28, 0, 0, 21),
        "preadv2-nowait": (327, 0, 0, 0, 0, 0, 8),
        "pwritev2-nowait": (328, 0, 0, 0, 0, 0, 8),
        "prlimit64-of-init": (302, 1, 7),
        "setsockopt-bpf": (54, 0, 1, 26),
        "setsockopt-packets": (54, 0, 263, 5),
        "socketpair-inet": (53, 2, 1, 0),
        "upper-half": (16, 0, 0x5412 | 1 << 40),
    }
    assert errors(zygote, calls) == {
        "prctl-seccomp": errno.EINVAL,
        "prctl-subreaper": errno.EINVAL,
        "prctl-mm": errno.EINVAL,
        "fcntl-lease": errno.EINVAL,
        "fcntl-notify": errno.EINVAL,
        "fcntl-pipe-size": errno.EINVAL,
        "fcntl-owner": errno.EINVAL,
        "ioctl-type-a-character": errno.ENOTTY,
        "ioctl-interfaces": errno.ENOTTY,
        "ioctl-clone-a-file": errno.ENOTTY,
        "madvise-poison": errno.EINVAL,
        "madvise-merge": errno.EINVAL,
        "madvise-page-out": errno.EINVAL,
        "preadv2-nowait": errno.EOPNOTSUPP,
        "pwritev2-nowait": errno.EOPNOTSUPP,
        "prlimit64-of-init": errno.EPERM,
        "setsockopt-bpf": errno.ENOPROTOOPT,
        "setsockopt-packets": errno.ENOPROTOOPT,
        "socketpair-inet": errno.EAFNOSUPPORT,
        "upper-half": errno.ENOTTY,
    }


def test_the_page_cache_cannot_be_asked_or_changed(zygote: Zygote) -> None:
    """``fadvise`` and ``RWF_NOWAIT`` on a file that every sandbox sees would be a channel between submissions."""
    source = """
import errno, os, sys
fd = os.open(sys.executable, os.O_RDONLY)
print(os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED))
print(os.preadv(fd, [bytearray(4)], 0), os.preadv(fd, [bytearray(4)], 0, 0))
try:
    os.preadv(fd, [bytearray(4)], 0, os.RWF_NOWAIT)
except OSError as error:
    print(errno.errorcode[error.errno])
"""
    assert run(zygote, source).split() == ["None", "4", "4", "ENOTSUP"]


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


# -- the program ---------------------------------------------------------------------------------------------------

ALLOW, KILL, ERRNO = 0x7FFF0000, 0x80000000, 0x00050000


def answer(code: bytes, architecture: int, number: int, *arguments: int) -> tuple[int, int]:
    """What the kernel's BPF machine answers to a call, and after how many instructions."""
    call = struct.pack("<iIQ6Q", number, architecture, 0, *(*arguments, *[0] * 6)[:6])
    instructions = list(struct.iter_unpack("HBBI", code))
    word = place = steps = 0
    while True:
        operation, yes, no, constant = instructions[place]
        place, steps = place + 1, steps + 1
        if operation == 0x20:
            (word,) = struct.unpack_from("<I", call, constant)
        elif operation == 0x54:
            word &= constant
        elif operation == 0x05:
            place += constant
        elif operation in (0x35, 0x45):
            place += yes if (word >= constant if operation == 0x35 else word & constant) else no
        else:
            assert operation == 0x06
            return constant, steps


@pytest.mark.parametrize("machine", ALLOWED)
def test_the_program_answers_every_number_on_both_machines(machine: str) -> None:
    code, architecture = program(machine, any_ioctl=False), _ARCHITECTURES[machine]
    assert len(code) // 8 < 4096
    for number in range(LAST):
        if number in BY_ARGUMENT[machine].values():
            continue
        expected = ERRNO | errno.ENOSYS
        if number in ALLOWED[machine].values():
            expected = ALLOW
        elif number in NO_OPS[machine].values():
            expected = ERRNO
        said, steps = answer(code, architecture, number)
        assert said == expected, number
        assert steps <= 20
    for foreign in (0, 0x40000003, 0xC0000016, *set(_ARCHITECTURES.values()) - {architecture}):
        assert answer(code, foreign, 0)[0] == KILL
    assert answer(code, architecture, 0x40000000)[0] == KILL


@pytest.mark.parametrize("machine", ALLOWED)
def test_only_a_sandbox_with_a_gpu_may_use_any_ioctl(machine: str) -> None:
    number, nvidia = BY_ARGUMENT[machine]["ioctl"], 0xC00846D6
    for any_ioctl, expected in ((False, ERRNO | errno.ENOTTY), (True, ALLOW)):
        code = program(machine, any_ioctl=any_ioctl)
        assert answer(code, _ARCHITECTURES[machine], number, 3, nvidia)[0] == expected
        assert answer(code, _ARCHITECTURES[machine], number, 3, 0x5413)[0] == ALLOW


def test_an_unknown_machine_has_no_filter_and_so_no_sandbox() -> None:
    with pytest.raises(OSError, match="no system call numbers for riscv64"):
        program("riscv64", any_ioctl=False)
