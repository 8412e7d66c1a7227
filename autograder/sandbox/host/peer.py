"""A process in the sandbox that answers requests over one socket, and copies of it.

Every answer is data that may be forged; every wait has a deadline; nothing here raises because of what a
student's code did, except :class:`Gone`, which says that the process is no longer there to be asked.
"""

from __future__ import annotations

import contextlib
import secrets
import socket
import time
from collections.abc import Callable, Iterator
from typing import Any, Literal

from autograder.errors import ChainruleError, WireError
from autograder.protocol.channel import Channel
from autograder.protocol.values import MAX_HEADER, Handle
from autograder.sandbox.host.replies import CellResult, Reply, cell_result, reply, revive

MAX_ANSWER, MAX_CALLBACK = 32 * 2**20, 4 * 2**20
"""Bytes of arrays that a student's process may answer with, and call a trusted function with."""

GRACE = 1.0
"""Seconds between the alarm inside the sandbox and the kill from outside."""

FORK_SECONDS = 5.0

_NOT_FROM_ARGUMENTS = (AssertionError, ChainruleError, ImportError, NameError, OSError)
"""What a trusted function raises whoever calls it with whatever: a verdict of the hidden test, or the author's mistake.

Nearly everything else (ValueError, TypeError, torch's RuntimeError, a MemoryError) can be the doing of the student's
arguments, so the student's code sees it and may catch it, as it could if the function were defined in the notebook.
"""

_STOPPED = {"raised": ("RuntimeError", "the hidden test has ended this call")}
"""All that a student's code learns of a verdict, whose words may name a hidden input."""

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
        self._stopped_by: BaseException | None = None
        self._channel = Channel(sock, self._stay, revive, max_blob=MAX_ANSWER)
        self.gone: Why | None = None

    def put_file(self, name: str, data: bytes, *, seconds: float = FORK_SECONDS) -> None:
        """Writes a file into the working folder."""
        self.request("file", seconds, {"name": name, "data": data})

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

        ``observe`` brings the arguments back as they are afterwards, ``collect`` makes a list of an iterator. Raises
        Gone, or what one of the functions raised that is no answer to the student's arguments: code that catches
        everything cannot hide a verdict, nor can it by ending the process.
        """
        asked = {"name": name, "args": args, "kwargs": kwargs}
        fields = {**asked, "seconds": seconds, "observe": observe, "collect": collect}
        try:
            answer = self.request("call", seconds + GRACE, fields)
        except Gone:
            self._raise_what_stopped_it()
            raise
        self._raise_what_stopped_it()
        return reply(answer)

    def get(self, name: str, *, seconds: float) -> Reply:
        """Reads the variable of that name."""
        return reply(self.request("get", seconds, {"name": name}))

    def request(
        self, op: str, seconds: float, fields: dict[str, Any] | None = None, fds: tuple[int, ...] = ()
    ) -> dict[str, Any]:
        """Sends one request and returns its answer, serving callbacks meanwhile; raises Gone."""
        if self.gone:
            raise Gone(self.gone)
        self._functions, self._stopped_by = [], None
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

    def fork(self, threads: int = 1) -> Peer:
        """A copy of the process as it is now, in which torch may use so many threads.

        Where a fork is unsafe (threads, CUDA), it is the process itself.
        """
        with socket_pair() as (ours, theirs):
            pid = self.request("fork", FORK_SECONDS, {"threads": threads}, fds=(theirs.fileno(),)).get("pid")
            if type(pid) is int and pid > 0:
                return Copy(ours.dup(), self, pid)
        return self

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
                elif isinstance(said := answer.get("nonce"), str) and said == nonce:
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
        message = self._run(self._functions[number], args, kwargs)
        try:
            self._channel.send(message, _remaining(deadline))
        except (TimeoutError, OSError):
            raise
        except Exception as error:  # noqa: BLE001 - nothing was sent: the value is too large, say, as the argument was
            self._channel.send({"raised": ("RuntimeError", str(error)[:500])}, _remaining(deadline))

    def _run(self, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
        """The answer to a callback: a value, or an exception that is raised in the student's code."""
        if self._stopped_by is not None:
            return _STOPPED
        try:
            return {"value": function(*args, **kwargs)}
        except (KeyboardInterrupt, SystemExit):
            self._lose("wire")  # the student's code still waits for an answer
            raise
        except BaseException as error:  # noqa: BLE001 - pytest's outcomes are no Exceptions
            if isinstance(error, Exception) and not isinstance(error, _NOT_FROM_ARGUMENTS):
                return {"raised": (type(error).__name__, str(error)[:500])}
            self._stopped_by = error
            return _STOPPED

    def _stay(self, value: Any) -> list[Any] | None:
        if isinstance(value, Handle):
            return ["x", value.id]
        if callable(value):
            self._functions.append(value)
            return ["f", len(self._functions) - 1, str(getattr(value, "__name__", "function"))]
        return None

    def _raise_what_stopped_it(self) -> None:
        error, self._stopped_by = self._stopped_by, None
        if error is not None:
            raise error

    def _lose(self, why: Why) -> None:
        self.gone = self.gone or why
        self._channel.close()


class Copy(Peer):
    """A fork of a student's process: what happens in it does not happen to the original."""

    def __init__(self, sock: socket.socket, original: Peer, pid: int) -> None:
        super().__init__(sock)
        self._original, self._pid = original, pid

    def close(self) -> None:
        """Ends the copy: an idle one ends by itself when nobody listens, one that may be busy is killed."""
        busy = self.gone in ("time", "wire")
        self._lose("died")
        if busy:
            with contextlib.suppress(Gone):
                self._original.request("kill", FORK_SECONDS, {"pid": self._pid})


def _remaining(deadline: float) -> float:
    """Seconds until then; raises TimeoutError afterwards, or a peer that is always quick could go on for ever."""
    if (remaining := deadline - time.monotonic()) <= 0:
        raise TimeoutError
    return remaining


@contextlib.contextmanager
def socket_pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Two connected ends that are closed afterwards; whoever keeps one keeps a duplicate."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs
