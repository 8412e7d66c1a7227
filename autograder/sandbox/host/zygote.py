"""Starts a zygote, spawns sandboxes from it, and ends them."""

from __future__ import annotations

import contextlib
import logging
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from autograder.errors import SandboxError, WireError
from autograder.paths import IMPORT_ROOT
from autograder.protocol.channel import Channel
from autograder.sandbox.host import cgroups
from autograder.sandbox.host.peer import GRACE, Gone, Peer, socket_pair
from autograder.sandbox.host.replies import CellResult, Output, Raised, Reply, revive
from autograder.sandbox.host.visible import visible_paths
from autograder.sandbox.settings import NO_TIER, SandboxSettings

__all__ = ["GRACE", "CellResult", "Gone", "Output", "Peer", "Raised", "Reply", "Sandbox", "Zygote"]

_START_SECONDS, _SPAWN_SECONDS, _REMOVE_SECONDS = 120.0, 20.0, 5.0
_FIRST_UID = 0x70000000
_BOOT = (
    "import sys; sys.path.insert(0, {root!r}); from autograder.sandbox.guest import zygote; "
    "sys.path.remove({root!r}); zygote.main({fd})"
)

_log = logging.getLogger(__name__)


class Sandbox(Peer):
    """One student's process in its sandbox; ``scratch`` is its working folder in the tier ``none``."""

    def __init__(self, sock: socket.socket, pid: int, scratch: str = "") -> None:
        super().__init__(sock)
        self._pid, self._scratch = pid, scratch
        self._group = cgroups.Group()
        self.on_end: Callable[[], None] = lambda: None
        """Called when the last process of the sandbox has ended."""
        self.pidfd = os.pidfd_open(pid)

    def kill(self) -> None:
        """Kills everything in the sandbox; :meth:`wait` returns once it has ended."""
        self._mark_gone("died")
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.pidfd, signal.SIGKILL)
            if self._scratch:  # there is no pid namespace to end with the first process, so its group is killed too
                os.killpg(self._pid, signal.SIGKILL)
        self._group.kill()

    def move_to_own_group(self) -> None:
        """Moves the sandbox to a control group of its own, so that ``kill`` reaches all of it."""
        self._group = cgroups.make()
        self._group.add(self._pid)

    def wait(self, seconds: float = 60.0) -> None:
        """Waits until the last process of a killed sandbox has ended; raises SandboxError after ``seconds``.

        On a busy machine that may take long, because each process must be scheduled once more to die.
        """
        poll = select.poll()
        poll.register(self.pidfd, select.POLLIN)
        if not poll.poll(seconds * 1000):
            raise SandboxError(f"a killed sandbox is still running after {seconds:.0f} s; look at `ps` and `dmesg`")
        os.close(self.pidfd)
        self._group.remove()
        if self._scratch:
            shutil.rmtree(self._scratch, ignore_errors=True)  # anything left is removed with the zygote's folder
        self.on_end()


class Zygote:
    """A warm process that imports ``libraries``, holds ``data`` and forks sandboxes; a context manager.

    It starts in the background. Before its first sandbox, ``check`` is called with it; if that raises, the zygote is
    closed.
    """

    _import_root = str(IMPORT_ROOT)
    """The folder that the engine is imported from."""

    def __init__(
        self,
        libraries: Iterable[str],
        *,
        tier: str,
        visible: Iterable[str] = (),
        data: Mapping[str, Any] | None = None,
        check: Callable[[Zygote], None] = lambda zygote: None,
    ) -> None:
        self.libraries, self.tier = tuple(libraries), tier
        self.versions: dict[str, str] = {}
        """The version of each library; empty until the zygote is ready."""
        self._check, self._is_ready = check, False
        cgroups.sweep()
        self.group = cgroups.make()
        """The control group of the zygote, in which its sandboxes are born: moving each would take 10 ms."""
        self._limited: tuple[int, int] | None = None
        self._retired: list[Sandbox] = []
        # Students' scratch folders in the tier "none"; in the others the folder vanishes with the sandbox.
        self._scratch = tempfile.TemporaryDirectory(prefix="unsafe-") if tier == NO_TIER else None
        self.visible = visible_paths(visible)
        """The paths of the machine that sandboxes can read."""
        sandbox = {"tier": tier, "visible": self.visible, "uid": _FIRST_UID + os.getpid()}
        self._start({"libraries": list(self.libraries), "sandbox": sandbox, "data": list(data or ())}, data or {})

    def _start(self, settings: dict[str, Any], data: Mapping[str, Any]) -> None:
        host_end, guest_end = socket.socketpair()
        boot = _BOOT.format(root=self._import_root, fd=guest_end.fileno())
        command = [sys.executable, "-I", "-X", "utf8", "-c", boot]
        with guest_end:
            self._process = self._launch(command, guest_end.fileno())
            self.group.add(self._process.pid)
        self._channel = Channel(host_end, lambda value: None, revive)
        with self._stopping_when_silent():
            for message in (settings, *data.values()):
                self._channel.send(message, _START_SECONDS)

    def _launch(self, command: list[str], *fds: int) -> subprocess.Popen[bytes]:
        quiet, environment = subprocess.DEVNULL, _zygote_environment()
        return subprocess.Popen(command, env=environment, stdin=quiet, stdout=quiet, stderr=quiet, pass_fds=fds)

    def ready(self) -> Zygote:
        """Waits until the libraries are imported and the check has passed; raises SandboxError otherwise."""
        if self._is_ready:
            return self
        try:
            self.versions = self._receive(_START_SECONDS)["versions"]
            self._is_ready = True  # the check spawns
            self._check(self)
        except BaseException:
            self.close()
            raise
        return self

    def _receive(self, seconds: float) -> dict[str, Any]:
        with self._stopping_when_silent():
            answer: dict[str, Any] = self._channel.receive(seconds)
        if "error" in answer:
            raise SandboxError(f"the sandbox could not be made: {answer['error']}; run `autograder doctor`")
        return answer

    @contextlib.contextmanager
    def _stopping_when_silent(self) -> Iterator[None]:
        """Closes the zygote when it does not answer, and raises SandboxError."""
        try:
            yield
        except (EOFError, OSError, WireError) as error:
            self.close()
            raise SandboxError(
                f"the zygote did not answer ({type(error).__name__}); run `autograder doctor`"
            ) from error

    def spawn(self, **settings: Any) -> Sandbox:
        """Spawns a sandbox; keywords override fields of SandboxSettings (memory_mb, processes, gpus, ...).

        Raises SandboxError.
        """
        self.ready()
        self.wait_for_retired()
        self._limit_group(settings)
        with socket_pair() as (host_end, guest_end):
            scratch = tempfile.mkdtemp(dir=self._scratch.name) if self._scratch else ""
            request = {"settings": {**settings, "scratch": scratch, "watched_mb": self._watched_mb(settings)}}
            with self._stopping_when_silent():
                self._channel.send(request, _SPAWN_SECONDS, (guest_end.fileno(),))
            pid = self._pid_on_host(self._receive(_SPAWN_SECONDS)["pid"])
            sandbox = Sandbox(host_end.dup(), pid, scratch)
            if self._scratch:
                sandbox.move_to_own_group()
            return sandbox

    def _limit_group(self, settings: Mapping[str, Any]) -> None:
        """Limits what all processes of a sandbox use together, beyond what the zygote has."""
        limits = SandboxSettings(self.tier, (), **settings)
        wanted = (limits.memory_mb + limits.disk_mb, limits.processes)  # files in its home are memory as well
        if wanted == self._limited:
            return
        try:
            self.group.limit_memory(wanted[0], more=True)
            self.group.limit_processes(wanted[1])
        except OSError as error:
            raise SandboxError(f"a control group cannot be limited: {error}; run `autograder doctor`") from error
        self._limited = wanted

    def _watched_mb(self, settings: Mapping[str, Any]) -> int:
        """Returns the limit on memory that the first process of a sandbox must watch over, 0 where a group does."""
        return 0 if self.group.memory is not None else SandboxSettings(self.tier, (), **settings).memory_mb

    def _pid_on_host(self, pid: int) -> int:
        """Returns the pid, seen from here, of the process whose end ends a sandbox; ``pid`` is what the zygote says."""
        return pid

    def retire(self, sandbox: Sandbox) -> None:
        """Kills a sandbox; the next spawn waits until it has ended."""
        sandbox.kill()
        self._retired.append(sandbox)

    def wait_for_retired(self) -> None:
        """Waits until all retired sandboxes have ended."""
        while self._retired:
            self._retired.pop().wait()

    def is_alive(self) -> bool:
        """Returns whether the zygote's process is still running."""
        return self._process.poll() is None

    def close(self) -> None:
        """Ends the zygote and all its sandboxes."""
        self._channel.close()
        self._process.kill()
        self._process.wait()
        with contextlib.suppress(SandboxError):
            self.wait_for_retired()
        self.group.remove()  # with the sandboxes that were not retired
        if self._scratch:
            _remove(self._scratch)

    def __enter__(self) -> Zygote:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()


def _remove(folder: tempfile.TemporaryDirectory[str]) -> None:
    """Removes a folder to which processes that were just killed may still be writing."""
    deadline = time.monotonic() + _REMOVE_SECONDS
    while True:
        try:
            folder.cleanup()
            return
        except OSError as error:
            if time.monotonic() > deadline:
                _log.warning("%s cannot be removed (%s); end the process that still writes to it", folder.name, error)
                return
            time.sleep(0.01)


def _zygote_environment() -> dict[str, str]:
    """Returns an environment with nothing of the grader's but a folder for what libraries cache when imported."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "chainrule"
    with contextlib.suppress(OSError):
        cache.mkdir(parents=True, exist_ok=True)
    return {
        "HOME": str(cache),
        "LANG": "C.UTF-8",
        "IPYTHONDIR": str(cache / "ipython"),
        "MPLCONFIGDIR": str(cache / "matplotlib"),
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        # One thread, or a fork would hang; numpy and torch read this when they are imported.
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        # Copies for slow hidden tests may have more; where several share cores, busy waiting would slow them all.
        "OMP_WAIT_POLICY": "PASSIVE",
    }
