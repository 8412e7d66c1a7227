"""Runs the student's cells in IPython inside the sandbox and serves calls, one frame at a time.

Everything here shares a process with the student's code and may be overwritten by it. The trusted side is prepared for
that: it accepts values from here, never verdicts, and enforces deadlines of its own.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import itertools
import os
import random
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import numpy.random  # numpy loads it on first use, which would cost every sandbox 7 ms

from autograder.protocol.arrays import to_torch
from autograder.protocol.channel import Channel
from autograder.sandbox.guest.allowance import Allowance, Interrupted
from autograder.sandbox.guest.output import CAPTURE, capture_output, discard_output, message
from autograder.sandbox.guest.shell import Shell

_MAX_COLLECTED = 100_000

STORED: dict[str, np.ndarray[Any, Any]] = {}
"""The assignment's data, put here by the zygote. Forks share its pages; one that writes to it gets its own."""


def reseed() -> None:
    """Reseeds the global random generators, which a fork would otherwise share with its parent."""
    seed = int.from_bytes(os.urandom(4), "little")
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002 - students use the legacy generator
    if (torch := sys.modules.get("torch")) is not None:
        torch.default_generator.manual_seed(seed)


class Server:
    """Answers the trusted side's requests until it closes the socket."""

    def __init__(self, shell: Shell, sock: socket.socket) -> None:
        self.shell = shell
        self.allowance = Allowance()
        self._objects: list[Any] = []
        self._open_channel(sock)

    def _open_channel(self, sock: socket.socket) -> None:
        self.channel = Channel(sock, self._store, self._revive, takes_fds=True)

    def serve(self) -> None:
        """Serves requests, and ends the process when the other end is closed."""
        while True:
            try:
                request = self.channel.receive()
            except EOFError:
                os._exit(0)
            try:
                answer = getattr(self, f"do_{request['op']}")(request)
            except (OSError, IndexError) as error:  # no process, descriptor or disk space is left
                answer = {"raised": _describe(error)}
            if answer is not None:
                self._reply(answer | {"nonce": request["nonce"]})

    def _reply(self, answer: dict[str, Any]) -> None:
        try:
            self.channel.send(answer)
        except Exception as error:  # noqa: BLE001 - reading a value may run the student's code
            self.channel.send({"nonce": answer["nonce"], "raised": _describe(error)})

    # -- requests ---------------------------------------------------------------------------------

    def do_file(self, request: dict[str, Any]) -> dict[str, Any]:
        """Puts a file of the assignment into the working folder."""
        os.makedirs(os.path.dirname(request["name"]) or ".", exist_ok=True)
        with open(request["name"], "wb") as file:
            file.write(request["data"])
        return {}

    def do_cell(self, request: dict[str, Any]) -> dict[str, Any]:
        """Runs one cell as a notebook would."""
        CAPTURE.start(request["source"], request["text_bytes"])
        capture_output()
        try:
            self.allowance.start(request["seconds"])
            self.shell.run(request["source"], request["number"])
        except Interrupted:
            pass  # the alarm went off after the student's code had ended
        finally:
            self.allowance.stop()
            discard_output()
        return {"outputs": CAPTURE.take(), "interrupted": self.allowance.rang}

    def do_get(self, request: dict[str, Any]) -> dict[str, Any]:
        """Reads a variable, or an attribute of a module beside the notebook."""
        name = request["name"]
        if "." not in name and name not in self.shell.user_ns:
            return {"undefined": name}
        try:
            return {"value": self._look_up(name)}
        except BaseException as error:  # noqa: BLE001 - importing the module runs code that the student may have changed
            return {"raised": _describe(error)}

    def do_call(self, request: dict[str, Any]) -> dict[str, Any]:
        """Calls a function with copies of the arguments, which are sent back on request."""
        args, kwargs = request["args"], request["kwargs"]
        answer: dict[str, Any]
        try:
            self.allowance.start(request["seconds"])
            function = self._look_up(request["name"])
            if function is None:
                self.allowance.stop()
                return {"undefined": request["name"]}
            value = function(*args, **kwargs)
            if request["collect"] and isinstance(value, Iterator):
                # A generator's body runs while it is iterated over; here the deadline applies to it.
                value = list(itertools.islice(value, _MAX_COLLECTED))
            self.allowance.stop()
            answer = {"value": value}
        except BaseException as error:  # noqa: BLE001 - anything that the student's code raises
            self.allowance.stop()
            answer = {"raised": _describe(error)}
        finally:
            self.allowance.stop()
        answer["interrupted"] = self.allowance.rang
        if request["observe"]:
            answer["arguments"], answer["keywords"] = args, kwargs
        return answer

    def _look_up(self, name: str) -> Any:
        """Returns the variable ``name`` (None if undefined), or ``module.name`` of a module beside the notebook."""
        module, dot, attribute = name.rpartition(".")
        return getattr(importlib.import_module(module), attribute) if dot else self.shell.user_ns.get(name)

    def do_fork(self, request: dict[str, Any]) -> dict[str, Any] | None:
        """Forks a copy of this process that serves the socket sent along; it ends when that socket is closed."""
        _reap_copies()
        with socket.socket(fileno=self.channel.fds.pop()) as sock:
            if not _can_fork():
                _use_threads(request["threads"])
                return {"pid": 0}
            gc.freeze()  # or a garbage collection in the copy would touch, and so copy, every page
            if pid := os.fork():
                return {"pid": pid}
            self.channel.close()
            self._open_channel(socket.socket(fileno=sock.detach()))
        self.allowance = Allowance()
        reseed()
        _use_threads(request["threads"])
        return None

    def do_kill(self, request: dict[str, Any]) -> dict[str, Any]:
        """Kills a copy that does not end by itself."""
        os.kill(request["pid"], signal.SIGKILL)
        return {}

    # -- objects that stay in this process ----------------------------------------------------------

    def _store(self, value: Any) -> list[Any]:
        self._objects.append(value)
        return ["x", len(self._objects) - 1, type(value).__name__[:80]]

    def _revive(self, tag: str, rest: list[Any]) -> Any:
        if tag == "x":
            return self._objects[rest[0]]
        if tag == "f":
            return self._proxy(rest[0], rest[1])
        if tag == "g":
            return _to_generator(rest[0])
        if tag == "m":
            return STORED[rest[0]] if rest[1] is None else STORED[rest[0]][rest[1]]
        return to_torch(rest[0])

    def _proxy(self, number: int, arity: int) -> Callable[..., Any]:
        """Returns a function that runs in the trusted process; all of them look alike, whatever they compute."""

        def function(*args: Any) -> Any:
            if len(args) != arity:
                raise TypeError(f"function() takes {arity} positional argument(s) but {len(args)} were given")
            self.channel.send({"callback": number, "args": args})
            answer = self.channel.receive()
            if "raised" in answer:
                raise _ERRORS.get(answer["raised"], RuntimeError)("the function has no value for these arguments")
            return answer["value"]

        return function


_ERRORS = {
    error.__name__: error
    for error in (IndexError, KeyError, MemoryError, OverflowError, TypeError, ValueError, ZeroDivisionError)
}
"""What a trusted function may raise over here; other exceptions become a RuntimeError."""


def _reap_copies() -> None:
    """Reaps copies that have ended."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _describe(error: BaseException) -> dict[str, Any]:
    """Returns an exception as plain data: names of its class and bases, message, and the line of the cell at fault."""
    cell, line = None, 0
    for frame, number in traceback.walk_tb(error.__traceback__):
        if frame.f_globals.get("__name__") == "__main__":
            cell, line = frame.f_code.co_filename, number
    bases = [base.__name__[:80] for base in type(error).__mro__]
    return {"bases": bases, "message": message(error), "cell": cell, "line": line}


def _can_fork() -> bool:
    """Returns whether a fork is safe: other threads, and a CUDA context, would be missing in the copy."""
    torch = sys.modules.get("torch")
    return len(os.listdir("/proc/self/task")) == 1 and not (torch and torch.cuda.is_initialized())


def _use_threads(number: int) -> None:
    """Sets the number of torch's threads. By default it stays at one, because with more a later fork would hang."""
    if number > 1 and (torch := sys.modules.get("torch")) is not None:
        torch.set_num_threads(number)


def _to_generator(state: Any) -> Any:
    if isinstance(state, np.ndarray):
        import torch

        generator = torch.Generator()
        generator.set_state(torch.from_numpy(state))
        return generator
    bits = getattr(np.random, state["bit_generator"])(0)  # a fixed seed, so that spawn() is reproducible as well
    bits.state = state
    return np.random.Generator(bits)
