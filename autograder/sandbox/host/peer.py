"""Sends requests to a process in the sandbox: run a cell, call a function, read a variable, fork the process.

The student's code may forge any answer, so answers are only ever data, and every wait has a deadline. Whatever that
code does, the only exception it can cause here is :class:`Gone`, when the process can no longer answer.
"""

from __future__ import annotations

import contextlib
import math
import secrets
import socket
import time
from collections.abc import Iterator
from typing import Any, Literal

from autograder.errors import WireError
from autograder.protocol.channel import Channel
from autograder.protocol.values import MAX_HEADER, Handle
from autograder.sandbox.host.callbacks import Callbacks
from autograder.sandbox.host.replies import CellResult, Reply, cell_result, reply, revive

MAX_ANSWER, MAX_CALLBACK = 32 * 2**20, 4 * 2**20
"""The most bytes of arrays in an answer, and in the arguments that the student's code passes to a trusted function."""

GRACE = 1.0
"""Seconds between the alarm inside the sandbox and the kill from outside it."""

FORK_SECONDS = 5.0

Why = Literal["time", "died", "wire", "copy"]


class Gone(Exception):
    """Raised when the process can no longer answer: it overran its deadline, died, or sent a bad frame.

    Or, with ``copy``, when it cannot be copied, because it has used up its processes or descriptors.
    """

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why: Why = why


class Peer:
    """A process in the sandbox that takes requests over ``sock``, one at a time.

    ``gone`` says why it can no longer answer; it is None while it can. No request waits longer than ``GRACE`` after
    ``deadline``, a time.monotonic() time; copies have the same.
    """

    def __init__(self, sock: socket.socket, deadline: float = math.inf) -> None:
        self.deadline = deadline
        self._callbacks = Callbacks()
        """The trusted functions among the arguments of the current request."""
        self._channel = Channel(sock, self._encode_reference, revive, max_blob=MAX_ANSWER)
        self.gone: Why | None = None

    def put_file(self, name: str, data: bytes, *, seconds: float = FORK_SECONDS) -> bool:
        """Writes a file to the working folder of the process, and returns whether it could; raises Gone."""
        return "raised" not in self.request("file", seconds, {"name": name, "data": data})

    def run_cell(self, source: str, *, number: int = 1, seconds: float, text_bytes: int = 2**18) -> CellResult:
        """Runs one cell, the ``number``-th of the notebook, and returns its outputs, at most ``text_bytes`` of text.

        Raises Gone when it does not return within ``seconds`` plus ``GRACE``.
        """
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
        """Calls the student's function ``name``. Functions among the arguments run here when the student calls them.

        ``observe`` returns the arguments as they are after the call, ``collect`` turns an iterator into a list.

        Raises Gone, or the first exception of such a function that the student's arguments do not explain. That one is
        raised however the call ended, because the student's code may catch everything or end its process.
        """
        function = {"name": name, "args": args, "kwargs": kwargs}
        fields = {**function, "seconds": seconds, "observe": observe, "collect": collect}
        try:
            answer = self.request("call", seconds + GRACE, fields)
        except Gone:
            self._raise_stopping_error()
            raise
        self._raise_stopping_error()
        return reply(answer)

    def get(self, name: str, *, seconds: float) -> Reply:
        """Reads a variable of the notebook, or ``module.name`` of a module beside it; raises Gone."""
        return reply(self.request("get", seconds, {"name": name}))

    def request(
        self, op: str, seconds: float, fields: dict[str, Any] | None = None, fds: tuple[int, ...] = ()
    ) -> dict[str, Any]:
        """Sends the request ``op`` and returns its answer; runs the callbacks that arrive before it.

        Raises Gone when the answer takes more than ``seconds``, WireError when ``fields`` cannot be sent, and
        AssignmentError when they contain a function without a fixed number of arguments.
        """
        if self.gone:
            raise Gone(self.gone)
        self._callbacks = Callbacks(fields)
        nonce = secrets.token_hex(8)
        deadline = min(time.monotonic() + seconds, self.deadline + GRACE)
        message = {"op": op, "nonce": nonce, **(fields or {})}
        try:
            self._channel.send(message, _remaining(deadline), fds)
            return self._receive_answer(nonce, deadline)
        except TimeoutError:
            self._mark_gone("time")
        except (EOFError, OSError):
            self._mark_gone("died")
        finally:
            self._callbacks.close()
        raise Gone(self.gone or "died")

    def fork(self, threads: int = 1) -> Peer:
        """Forks the process and returns the copy, in which torch uses up to ``threads`` threads.

        Returns the process itself where a fork is unsafe, because it has other threads or uses CUDA. Raises Gone.
        """
        with socket_pair() as (host_end, guest_end):
            answer = self.request("fork", FORK_SECONDS, {"threads": threads}, fds=(guest_end.fileno(),))
            if "raised" in answer:
                raise Gone("copy")  # the process itself goes on
            if type(pid := answer.get("pid")) is int and pid > 0:
                return Copy(host_end.dup(), self, pid)
        return self

    def close(self) -> None:
        """Ends the process if it is a copy, and does nothing to a sandbox."""

    def _receive_answer(self, nonce: str, deadline: float) -> dict[str, Any]:
        budget = self._channel.received + MAX_HEADER + 2 * MAX_ANSWER
        try:
            while True:
                before = self._channel.received
                answer = self._channel.receive(_remaining(deadline))
                if self._channel.received > budget:  # callbacks count, because a test may keep their arguments
                    raise WireError("an answer is larger than the cap, callbacks included")
                if not isinstance(answer, dict):
                    raise WireError("an answer is not a dict")
                if "callback" in answer and self._channel.received - before > MAX_CALLBACK:
                    raise WireError("a callback's arguments are larger than the cap")
                if "callback" in answer:
                    self._call_back(answer, deadline)
                elif isinstance(echo := answer.get("nonce"), str) and echo == nonce:
                    return answer
                else:
                    raise WireError("an answer belongs to no request")
        except WireError as error:
            self._mark_gone("wire")
            raise Gone("wire") from error

    def _call_back(self, answer: dict[str, Any], deadline: float) -> None:
        """Runs the trusted function that the student's code called, and sends back its value or exception."""
        try:
            message = self._callbacks.run(answer["callback"], answer.get("args"), _remaining(deadline))
        except (KeyboardInterrupt, SystemExit):
            self._mark_gone("wire")  # the student's code still waits for an answer
            raise
        try:
            self._channel.send(message, _remaining(deadline))
        except (TimeoutError, OSError):
            raise
        except Exception:  # noqa: BLE001 - nothing was sent, for example because the value has no form in a frame
            self._channel.send({"raised": "RuntimeError"}, _remaining(deadline))

    def _encode_reference(self, value: Any) -> list[Any] | None:
        """Encodes what is sent by reference, a student's object or a trusted function; returns None for the rest."""
        if isinstance(value, Handle):
            return ["x", value.id]
        if callable(value):
            return ["f", *self._callbacks.offer(value)]
        return None

    def _raise_stopping_error(self) -> None:
        error, self._callbacks.stopped_by = self._callbacks.stopped_by, None
        if error is not None:
            raise error

    def _mark_gone(self, why: Why) -> None:
        self.gone = self.gone or why
        self._channel.close()


class Copy(Peer):
    """A fork of a student's process; nothing that happens in it affects the original."""

    def __init__(self, sock: socket.socket, original: Peer, pid: int) -> None:
        super().__init__(sock, original.deadline)
        self._original, self._pid = original, pid

    def close(self) -> None:
        """Ends the copy. An idle one exits when its socket is closed; one that may be busy is killed."""
        busy = self.gone in ("time", "wire")
        self._mark_gone("died")
        if busy:
            with contextlib.suppress(Gone):
                self._original.request("kill", FORK_SECONDS, {"pid": self._pid})


def _remaining(deadline: float) -> float:
    """Returns the seconds left; raises TimeoutError if none are: a peer that keeps answering could go on for ever."""
    if (remaining := deadline - time.monotonic()) <= 0:
        raise TimeoutError
    return remaining


@contextlib.contextmanager
def socket_pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Yields two connected sockets, closed at the end of the block; to keep one of them, duplicate it."""
    host_end, guest_end = socket.socketpair()
    with host_end, guest_end:
        yield host_end, guest_end
