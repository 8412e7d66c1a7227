"""The parent of every sandbox: imports libraries once, then forks on request.

Started by :mod:`autograder.sandbox.host.zygote` as ``python -I`` with an empty environment. It imports and forks,
nothing else: it holds no test, no solution and no name, starts no thread, and never runs a student's code.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import os
import signal
import socket
import sys
from dataclasses import replace
from typing import Any

from autograder.errors import WireError
from autograder.protocol.channel import Channel
from autograder.sandbox.guest import isolation, seccomp
from autograder.sandbox.linux import die_with_parent
from autograder.sandbox.settings import HOME, NO_TIER, SandboxSettings

_HUGE, _MADV_COLLAPSE = 2 * 2**20, 25


def main(fd: int) -> None:
    """Serves spawn requests on the socket until the trusted side hangs up."""
    die_with_parent()
    sock = socket.socket(fileno=fd)
    channel = Channel(sock, _nothing, _never, takes_fds=True)
    settings = channel.receive()
    try:
        _receive_data(channel, settings["data"])
        libraries = _import_all(settings["libraries"])
    except Exception as error:  # noqa: BLE001 - reported to the trusted side, which stops
        channel.send({"error": f"{type(error).__name__}: {error}"})
        return
    sandbox = SandboxSettings(**settings["sandbox"])
    channel.send({"versions": libraries, "visible": list(sandbox.visible)})
    _serve(channel, sandbox)


def _receive_data(channel: Channel, names: list[str]) -> None:
    """Keeps the arrays that follow, one in each message; every sandbox shares these pages."""
    from autograder.sandbox.guest.kernel import STORED

    for name in names:
        STORED[name] = channel.receive()


def _import_all(names: list[str]) -> dict[str, str]:
    """Imports the libraries and makes the shell; afterwards everything is frozen and there is one thread."""
    versions = {}
    for name in names:
        module = importlib.import_module(name)
        versions[name] = str(getattr(module, "__version__", ""))
    from autograder.sandbox.guest.kernel import make_shell

    make_shell()
    gc.collect()
    gc.freeze()
    _gather_pages()
    threads = len(os.listdir("/proc/self/task"))
    if threads != 1:
        raise RuntimeError(f"importing {', '.join(names)} started {threads - 1} threads; a fork would hang")
    return versions


def _gather_pages() -> None:
    """Puts the heap on huge pages, which a fork shares with a five-hundredth of the page-table entries.

    With sympy and matplotlib a fork and its end cost 7.2 ms without and 3.4 ms with (medians of 40). The kernel may
    decline (before 6.1 it does not know the request); nothing depends on it.
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


def _serve(channel: Channel, usual: SandboxSettings) -> None:
    while True:
        try:
            request = channel.receive()
        except EOFError:
            return
        fd = channel.fds.pop()
        channel.send(_spawn(replace(usual, **request["settings"]), channel, fd))
        os.close(fd)
        _reap()


def _reap() -> None:
    """Collects first processes that have ended; their sandboxes ended with them."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def _spawn(settings: SandboxSettings, channel: Channel, fd: int) -> dict[str, Any]:
    """Forks the first process of a sandbox, and reports its pid when the student's process in it is ready."""
    status, report = os.pipe()
    try:
        pid = os.fork() if settings.tier == NO_TIER else isolation.fork_into_namespaces(settings.tier)
    except OSError as error:
        os.close(status)
        os.close(report)
        return {"error": f"OSError: {error}"}
    if pid == 0:
        _guard(report, lambda: _init(settings, fd, report))
    os.close(report)
    with os.fdopen(status, "rb") as pipe:
        message = pipe.read().decode(errors="replace").strip()
    return {"pid": pid} if message == "ready" else {"error": message or "the sandbox's first process died"}


def _guard(report: int, act: Any) -> None:
    """Runs one step of the way down; an error is one line on the pipe, and the process ends."""
    code = 0
    try:
        act()
    except BaseException as error:  # noqa: BLE001 - reported, then this process ends
        with contextlib.suppress(OSError):  # once it has said "ready", nobody listens
            os.write(report, " ".join(f"{type(error).__name__}: {error}".split()).encode() + b"\n")
        code = 1
    os._exit(code)


def _init(settings: SandboxSettings, fd: int, report: int) -> None:
    """Pid 1: isolates itself, gives up its privileges, starts the student's process and reaps orphans until it ends."""
    isolation.close_all_but(fd, report)
    os.setsid()
    if settings.tier == NO_TIER:
        _no_isolation(settings)
    else:
        socket.sethostname("sandbox")
        isolation.build_root(settings)
        isolation.set_limits(settings)
        isolation.drop_privileges(settings)
        seccomp.give_up()
    die_with_parent()
    student = os.fork()
    if student == 0:
        if settings.tier == NO_TIER:
            die_with_parent()  # elsewhere the end of pid 1 is the end of its whole process table
        _guard(report, lambda: _run_kernel(fd, report))
    isolation.hide_memory()  # from the student's process, which has the same uid
    os.close(report)
    os.close(fd)
    while True:
        pid, _ = os.wait()
        if pid == student:
            return


def _no_isolation(settings: SandboxSettings) -> None:
    """`--unsafe-no-sandbox`: a scratch folder and the limits, no isolation."""
    os.chdir(settings.scratch)
    isolation.set_limits(settings)


def _run_kernel(fd: int, report: int) -> None:
    """The student's process."""
    from autograder.sandbox.guest import kernel

    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.clear()
    os.environ.update(_environment(os.getcwd()))
    sys.path.insert(0, os.getcwd())
    kernel.reseed()
    os.write(report, b"ready\n")
    os.close(report)
    kernel.Server(kernel.Shell.instance(), socket.socket(fileno=fd)).serve()


def _environment(work: str) -> dict[str, str]:
    home = os.path.dirname(work) if work.startswith(HOME) else work
    bin_folder = os.path.dirname(sys.executable)
    scratch = os.path.join(home, "tmp") if work.startswith(HOME) else work
    return {
        "HOME": home,
        "PATH": f"{bin_folder}:/usr/local/bin:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "TMPDIR": scratch,
        "IPYTHONDIR": f"{home}/.ipython",
        "MPLCONFIGDIR": f"{home}/.config/matplotlib",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        # There is no network: pip should say so at once instead of retrying for half a minute.
        "PIP_NO_INDEX": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }


def _nothing(value: Any) -> None:
    return None


def _never(tag: str, rest: list[Any]) -> Any:
    raise WireError(f"the zygote's channel carries no {tag!r}")
