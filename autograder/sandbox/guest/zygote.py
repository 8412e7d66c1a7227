"""The parent of every sandbox: imports libraries once, then forks on request.

Started by :mod:`autograder.sandbox.host.zygote` as ``python -I`` with an empty environment. It only imports
and forks: it holds no test, solution or student's name, starts no thread, and never runs a student's code.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import os
import shutil
import signal
import socket
import sys
from dataclasses import replace
from typing import Any

from autograder.errors import WireError
from autograder.protocol.channel import Channel
from autograder.sandbox.guest import watchdog
from autograder.sandbox.guest.isolation import landlock, namespaces, seccomp
from autograder.sandbox.linux import die_with_parent
from autograder.sandbox.settings import BWRAP_TIER, HOME, NO_TIER, SandboxSettings

_HUGE, _MADV_COLLAPSE = 2 * 2**20, 25


def main(fd: int) -> None:
    """Serves spawn requests on the socket ``fd`` until the trusted side closes it."""
    die_with_parent()
    sock = socket.socket(fileno=fd)
    channel = Channel(sock, _encode_nothing, _refuse_tag, takes_fds=True)
    settings = channel.receive()
    try:
        _receive_data(channel, settings["data"])
        libraries = _import_all(settings["libraries"])
    except Exception as error:  # noqa: BLE001 - reported to the trusted side, which stops
        channel.send({"error": f"{type(error).__name__}: {error}"})
        return
    sandbox = SandboxSettings(**settings["sandbox"])
    if sandbox.tier == BWRAP_TIER:
        namespaces.hide_memory()  # this process is in the sandbox, with the student's uid
    channel.send({"versions": libraries, "visible": list(sandbox.visible)})
    _serve(channel, sandbox)


def _receive_data(channel: Channel, names: list[str]) -> None:
    """Receives the named arrays, one per message, and stores them in memory that every sandbox shares."""
    from autograder.sandbox.guest.kernel import STORED

    for name in names:
        STORED[name] = channel.receive()


def _import_all(names: list[str]) -> dict[str, str]:
    """Imports the libraries, creates the shell and freezes the heap; raises RuntimeError if a thread was started."""
    versions = {}
    for name in names:
        module = importlib.import_module(name)
        versions[name] = str(getattr(module, "__version__", ""))
    from autograder.sandbox.guest.shell import make_shell

    make_shell()
    gc.collect()
    gc.freeze()
    _use_huge_pages()
    threads = len(os.listdir("/proc/self/task"))
    if threads != 1:
        raise RuntimeError(f"importing {', '.join(names)} started {threads - 1} threads; a fork would hang")
    return versions


def _use_huge_pages() -> None:
    """Moves the heap to huge pages, so that a fork copies only a five-hundredth of the page-table entries.

    With sympy and matplotlib this cuts the cost of a fork and its exit from 7.2 ms to 3.4 ms (medians of 40). The
    kernel may refuse (before 6.1 it lacks this madvise); nothing depends on it.
    """
    libc = ctypes.CDLL(None)
    with open("/proc/self/maps", encoding="ascii") as maps:
        areas = [line.split() for line in maps]
    for span, rights, *rest in areas:
        start, end = (int(address, 16) for address in span.split("-"))
        start, end = -(-start // _HUGE) * _HUGE, end // _HUGE * _HUGE
        anonymous = len(rest) < 4 or rest[3] == "[heap]"
        if rights.startswith("rw") and anonymous and start < end:
            libc.madvise(ctypes.c_void_p(start), ctypes.c_size_t(end - start), _MADV_COLLAPSE)


def _serve(channel: Channel, defaults: SandboxSettings) -> None:
    while True:
        try:
            request = channel.receive()
        except EOFError:
            return
        fd = channel.fds.pop()
        channel.send(_spawn(replace(defaults, **request["settings"]), channel, fd))
        os.close(fd)
        _reap_ended()


def _reap_ended() -> None:
    """Reaps the first processes of sandboxes that have ended."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def _spawn(settings: SandboxSettings, channel: Channel, fd: int) -> dict[str, Any]:
    """Forks the first process of a sandbox, and returns its pid once the student's process in it is ready."""
    status, report = os.pipe()
    try:
        if settings.tier in (NO_TIER, BWRAP_TIER):
            pid = os.fork()
        else:
            seccomp.program(os.uname().machine, any_ioctl=bool(settings.gpus))  # or each fork would assemble it
            pid = namespaces.fork_into_namespaces(settings.tier)
    except OSError as error:
        os.close(status)
        os.close(report)
        return {"error": f"OSError: {error}"}
    if pid == 0:
        _run_and_exit(report, lambda: _run_init(settings, fd, report))
    os.close(report)
    with os.fdopen(status, "rb") as pipe:
        message = pipe.read().decode(errors="replace").strip()
    return {"pid": pid} if message == "ready" else {"error": message or "the sandbox's first process died"}


def _run_and_exit(report: int, run: Any) -> None:
    """Runs the rest of a forked process: ``run``, then exit. An error is written to the pipe as one line."""
    code = 0
    try:
        run()
    except BaseException as error:  # noqa: BLE001 - reported, then this process ends
        with contextlib.suppress(OSError):  # after "ready" the pipe is closed
            os.write(report, " ".join(f"{type(error).__name__}: {error}".split()).encode() + b"\n")
        code = 1
    os._exit(code)


def _run_init(settings: SandboxSettings, fd: int, report: int) -> None:
    """Runs as pid 1: isolates itself, drops privileges, starts the student's process, reaps orphans until it ends."""
    namespaces.close_all_but(fd, report)
    namespaces.die_first()
    os.setsid()
    if settings.tier == NO_TIER:
        _limit_only(settings)
    else:
        if settings.tier == BWRAP_TIER:  # bubblewrap has built the root, and the zygote is pid 1
            namespaces.adopt_orphans()
        else:
            socket.sethostname("sandbox")
            namespaces.build_root(settings)
        namespaces.set_limits(settings)
        namespaces.drop_privileges(settings)
        landlock.restrict(settings)
        seccomp.install_filter(any_ioctl=bool(settings.gpus))
    die_with_parent()
    student = os.fork()
    if student == 0:
        if settings.tier == NO_TIER:
            die_with_parent()  # in the other tiers the end of pid 1 ends its whole namespace
        _run_and_exit(report, lambda: _run_kernel(fd, report))
    namespaces.hide_memory()  # from the student's process, which has the same uid
    os.close(report)
    os.close(fd)
    watchdog.reap_until_end(student, settings.watched_mb if settings.tier != NO_TIER else 0)


def _limit_only(settings: SandboxSettings) -> None:
    """Applies what `--unsafe-no-sandbox` leaves: a scratch folder and the limits, without namespaces."""
    os.chdir(settings.scratch)
    for path, name in settings.files:
        os.makedirs(os.path.dirname(name) or ".", exist_ok=True)
        shutil.copyfile(path, name)  # without a mount, a link would let students change the file itself
    namespaces.set_limits(settings)


def _run_kernel(fd: int, report: int) -> None:
    """Runs the student's process."""
    from autograder.sandbox.guest import kernel
    from autograder.sandbox.guest.shell import Shell

    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.clear()
    os.environ.update(_environment(os.getcwd()))
    sys.path.insert(0, os.getcwd())
    kernel.reseed()
    os.write(report, b"ready\n")
    os.close(report)
    kernel.Server(Shell.instance(), socket.socket(fileno=fd)).serve()


def _environment(work: str) -> dict[str, str]:
    home = os.path.dirname(work) if work.startswith(HOME) else work
    bin_folder = os.path.dirname(sys.executable)
    scratch = os.path.join(home, "tmp") if work.startswith(HOME) else work
    return {
        "HOME": home,
        "USER": "student",  # getpass.getuser() looks here first, and the uid has no name
        "NBGRADER_EXECUTION": "autograde",  # nbgrader sets this as well, and notebooks ask for it
        "PATH": f"{bin_folder}:/usr/local/bin:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "TMPDIR": scratch,
        "IPYTHONDIR": f"{home}/.ipython",
        "MPLCONFIGDIR": f"{home}/.config/matplotlib",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        # There is no network: pip should fail at once instead of retrying for half a minute.
        "PIP_NO_INDEX": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }


def _encode_nothing(value: Any) -> None:
    return None


def _refuse_tag(tag: str, rest: list[Any]) -> Any:
    raise WireError(f"the zygote's channel does not carry the tag {tag!r}")
