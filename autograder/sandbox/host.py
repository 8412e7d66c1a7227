"""The trusted side of the sandbox: start a zygote, spawn sandboxes, run cells, call functions.

Every answer is data that may be forged; every wait has a deadline; nothing here raises because of what a
student's code did, except :class:`Gone`, which says that the process is no longer there to be asked.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Literal

from autograder.channel import Channel
from autograder.errors import SandboxError, WireError
from autograder.sandbox import confine
from autograder.sandbox.answers import CellResult, Output, Raised, Reply, cell_result, reply, revive
from autograder.wire import MAX_HEADER, Handle

__all__ = ["GRACE", "CellResult", "Gone", "Output", "Peer", "Raised", "Reply", "Sandbox", "Zygote"]

MAX_ANSWER, MAX_CALLBACK = 32 * 2**20, 4 * 2**20
"""Bytes of arrays that a student's process may answer with, and call a trusted function with."""

GRACE = 1.0
"""Seconds between the alarm inside the sandbox and the kill from outside."""

_START_SECONDS, _SPAWN_SECONDS, _FORK_SECONDS = 120.0, 20.0, 5.0
_FIRST_UID = 0x70000000
_BOOT = (
    "import sys; sys.path.append({root!r}); from autograder.sandbox import zygote; "
    "sys.path.remove({root!r}); zygote.main({fd})"
)

Why = Literal["time", "died", "wire"]


class Gone(Exception):
    """The process cannot be asked any more: it overran its deadline, died, or sent a bad frame."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why: Why = why


class Peer:
    """A process in the sandbox that answers requests, over one socket."""

    def __init__(self, sock: socket.socket) -> None:
        self._functions: list[Callable[..., Any]] = []
        self._channel = Channel(sock, self._stay, revive, max_blob=MAX_ANSWER)
        self.gone: Why | None = None

    def put_file(self, name: str, data: bytes) -> None:
        """Writes a file into the working folder."""
        self.request("file", _FORK_SECONDS, {"name": name, "data": data})

    def run_cell(self, source: str, *, number: int = 1, seconds: float, text_bytes: int = 2**18) -> CellResult:
        """Runs one cell; raises Gone when it did not come back within ``seconds`` plus the grace."""
        fields = {"source": source, "number": number, "seconds": seconds, "text_bytes": text_bytes}
        return cell_result(self.request("cell", seconds + GRACE, fields), text_bytes)

    def call(
        self,
        name: str,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        *,
        seconds: float,
        observe: bool = False,
        collect: bool = False,
    ) -> Reply:
        """Calls the function of that name; functions among the arguments stay here and are called back.

        ``observe`` brings the arguments back as they are afterwards, ``collect`` makes a list of an iterator.
        """
        self._functions = []
        asked = {"name": name, "args": args, "kwargs": kwargs}
        fields = {**asked, "seconds": seconds, "observe": observe, "collect": collect}
        return reply(self.request("call", seconds + GRACE, fields))

    def get(self, name: str, *, seconds: float) -> Reply:
        """Reads the variable of that name."""
        return reply(self.request("get", seconds, {"name": name}))

    def request(
        self, op: str, seconds: float, fields: dict[str, Any] | None = None, fds: tuple[int, ...] = ()
    ) -> dict[str, Any]:
        """Sends one request and returns its answer, serving callbacks meanwhile; raises Gone."""
        if self.gone:
            raise Gone(self.gone)
        nonce = secrets.token_hex(8)
        deadline = time.monotonic() + seconds
        message = {"op": op, "nonce": nonce, **(fields or {})}
        try:
            self._channel.send(message, seconds, fds)
            return self._await(nonce, deadline)
        except TimeoutError:
            self._lose("time")
        except (EOFError, OSError):
            self._lose("died")
        raise Gone(self.gone or "died")

    def close(self) -> None:
        """Whoever asked is done: a copy ends, a sandbox goes on."""

    def _await(self, nonce: str, deadline: float) -> dict[str, Any]:
        budget = self._channel.received + MAX_HEADER + 2 * MAX_ANSWER
        try:
            while True:
                before = self._channel.received
                answer = self._channel.receive(_remaining(deadline))
                if self._channel.received > budget:  # callbacks count: a test may keep what they are called with
                    raise WireError("an answer is larger than the cap, callbacks included")
                if not isinstance(answer, dict):
                    raise WireError("an answer is not a dict")
                if "callback" in answer and self._channel.received - before > MAX_CALLBACK:
                    raise WireError("a callback's arguments are larger than the cap")
                if "callback" in answer:
                    self._call_back(answer, deadline)
                elif answer.get("nonce") == nonce:
                    return answer
                else:
                    raise WireError("an answer belongs to no request")
        except WireError as error:
            self._lose("wire")
            raise Gone("wire") from error

    def _call_back(self, answer: dict[str, Any], deadline: float) -> None:
        """Runs a trusted function on the student's arguments; what it raises goes back to the student's code."""
        number, args, kwargs = answer["callback"], answer.get("args"), answer.get("kwargs")
        known = type(number) is int and 0 <= number < len(self._functions)
        if not (known and isinstance(args, tuple) and isinstance(kwargs, dict)):
            raise WireError("a callback that nobody asked for")
        try:
            value = self._functions[number](*args, **kwargs)
            self._channel.send({"value": value}, _remaining(deadline))
        except (TimeoutError, OSError):
            raise
        except Exception as error:  # noqa: BLE001 - the student passed arguments that the function rejects
            self._channel.send({"raised": (type(error).__name__, str(error)[:500])}, _remaining(deadline))

    def _stay(self, value: Any) -> list[Any] | None:
        if isinstance(value, Handle):
            return ["x", value.id]
        if callable(value):
            self._functions.append(value)
            return ["f", len(self._functions) - 1, str(getattr(value, "__name__", "function"))]
        return None

    def _lose(self, why: Why) -> None:
        self.gone = self.gone or why
        self._channel.close()


class Sandbox(Peer):
    """One student's process behind its walls."""

    def __init__(self, sock: socket.socket, pid: int) -> None:
        super().__init__(sock)
        self.pidfd = os.pidfd_open(pid)

    def fork(self, threads: int = 1) -> Peer:
        """A copy of the process as it is now, in which torch may use so many threads.

        Where a fork is unsafe (threads, CUDA), it is the process itself.
        """
        with _socket_pair() as (ours, theirs):
            pid = self.request("fork", _FORK_SECONDS, {"threads": threads}, fds=(theirs.fileno(),)).get("pid")
            if type(pid) is int and pid > 0:
                return Copy(ours.dup(), self, pid)
        return self

    def kill(self) -> None:
        """Ends everything in the sandbox at once; :meth:`wait` tells when it is gone."""
        self._lose("died")
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.pidfd, signal.SIGKILL)

    def wait(self, seconds: float = 10.0) -> None:
        """Returns when the last process of a killed sandbox has ended."""
        poll = select.poll()
        poll.register(self.pidfd, select.POLLIN)
        if not poll.poll(seconds * 1000):
            raise SandboxError(f"a killed sandbox is still there after {seconds:.0f} s; look at `ps` and dmesg")
        os.close(self.pidfd)


class Copy(Peer):
    """A fork of a sandbox's process: what happens in it does not happen to the original."""

    def __init__(self, sock: socket.socket, sandbox: Sandbox, pid: int) -> None:
        super().__init__(sock)
        self._sandbox, self._pid = sandbox, pid

    def close(self) -> None:
        """Ends the copy: an idle one ends by itself when nobody listens, one that may be busy is killed."""
        busy = self.gone in ("time", "wire")
        self._lose("died")
        if busy:
            with contextlib.suppress(Gone):
                self._sandbox.request("kill", _FORK_SECONDS, {"pid": self._pid})


class Zygote:
    """A warm process that has imported ``libraries``, holds ``data`` and forks sandboxes; use as a context manager."""

    def __init__(
        self, libraries: Iterable[str], *, tier: str, visible: Iterable[str] = (), data: Mapping[str, Any] | None = None
    ) -> None:
        self.libraries, self.tier = tuple(libraries), tier
        self._dying: list[Sandbox] = []
        prefixes = (sys.base_prefix, sys.prefix, *visible)
        walls = {
            "tier": tier,
            "visible": confine.system_paths(tuple(os.path.realpath(p) for p in prefixes)),
            "uid": _FIRST_UID + os.getpid(),
        }
        self._start({"libraries": list(self.libraries), "walls": walls, "data": list(data or ())}, data or {})

    def _start(self, settings: dict[str, Any], data: Mapping[str, Any]) -> None:
        ours, theirs = socket.socketpair()
        boot = _BOOT.format(root=str(Path(__file__).parents[2]), fd=theirs.fileno())
        command = [sys.executable, "-I", "-X", "utf8", "-c", boot]
        quiet = subprocess.DEVNULL
        with theirs:
            self._process = subprocess.Popen(
                command, env=_zygote_environment(), stdin=quiet, stdout=quiet, stderr=quiet, pass_fds=[theirs.fileno()]
            )
        self._channel = Channel(ours, lambda value: None, revive)
        answer = self._ask(settings, _START_SECONDS, data=data.values())
        self.versions: dict[str, str] = answer["versions"]

    def _ask(
        self, message: dict[str, Any], seconds: float, fd: int | None = None, data: Iterable[Any] = ()
    ) -> dict[str, Any]:
        try:
            self._channel.send(message, seconds, () if fd is None else (fd,))
            for array in data:
                self._channel.send(array, seconds)
            answer: dict[str, Any] = self._channel.receive(seconds)
        except (EOFError, OSError, WireError) as error:
            self.close()
            raise SandboxError(
                f"the zygote did not answer ({type(error).__name__}); run `autograder doctor`"
            ) from error
        if "error" in answer:
            if "versions" not in answer and "libraries" in message:
                self.close()
            raise SandboxError(f"the sandbox could not be made: {answer['error']}; run `autograder doctor`")
        return answer

    def spawn(self, **walls: int | tuple[str, ...]) -> Sandbox:
        """A fresh sandbox with those walls (memory_mb, disk_mb, processes, cpu_seconds, gpus)."""
        self.settle()
        with _socket_pair() as (ours, theirs):
            answer = self._ask({"op": "spawn", "walls": walls}, _SPAWN_SECONDS, theirs.fileno())
            return Sandbox(ours.dup(), answer["pid"])

    def retire(self, sandbox: Sandbox) -> None:
        """Kills a sandbox; the next spawn waits until it is gone."""
        sandbox.kill()
        self._dying.append(sandbox)

    def settle(self) -> None:
        """Waits for the sandboxes that were retired."""
        while self._dying:
            self._dying.pop().wait()

    def close(self) -> None:
        """Ends the zygote and everything it made."""
        self._channel.close()
        self._process.kill()
        self._process.wait()
        with contextlib.suppress(SandboxError):
            self.settle()

    def __enter__(self) -> Zygote:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()


def _remaining(deadline: float) -> float:
    """Seconds until then; raises TimeoutError afterwards, or a peer that is always quick could go on for ever."""
    if (remaining := deadline - time.monotonic()) <= 0:
        raise TimeoutError
    return remaining


@contextlib.contextmanager
def _socket_pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Two connected ends that are closed afterwards; whoever keeps one keeps a duplicate."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def _zygote_environment() -> dict[str, str]:
    """Nothing of the grader's environment; caches that libraries fill while they are imported."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "chainrule"
    with contextlib.suppress(OSError):
        cache.mkdir(parents=True, exist_ok=True)
    return {
        "HOME": str(cache),
        "LANG": "C.UTF-8",
        "IPYTHONDIR": str(cache / "ipython"),
        "MPLCONFIGDIR": str(cache / "matplotlib"),
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        # One thread, or a fork would hang: read by numpy and torch when they are imported.
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        # Copies that are asked may have more; with busy waiting, several on the same cores take turns at waiting.
        "OMP_WAIT_POLICY": "PASSIVE",
    }
