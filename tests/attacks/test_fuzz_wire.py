"""Mutated frames in both directions: what arrives is a value, or the connection is given up; nothing else happens."""

import random
import resource
import secrets
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import msgpack
import numpy as np
import pytest

from autograder.errors import WireError
from autograder.protocol.arrays import DTYPES, Tensor
from autograder.protocol.channel import Channel
from autograder.protocol.values import Handle
from autograder.results.failure import Failure
from autograder.sandbox.host.peer import Gone, Peer
from autograder.sandbox.host.replies import cell_result, reply
from autograder.testing.compare import as_array, describe

NONCE = "0123456789abcdef"
TAGS = [*"ltsdicbanTgexfm", "", "zz", 7, None]
LEAVES: list[Any] = [
    None, True, 0, -1, 2**63 - 1, 2.5, float("nan"), "", "float64", "C", "0x10", "nonce", "value", "callback", NONCE,
]  # fmt: skip
Json = dict[str, Any]


def honest(rng: random.Random) -> Any:
    """An answer as an honest process sends it."""
    array = np.arange(rng.randrange(6), dtype=rng.choice(sorted(DTYPES - {"bool"})))
    value = rng.choice(
        [
            1.5,
            [1, "x", (2, {3})],
            {"a": array, 2: None},
            array,
            array.reshape(1, -1),
            2**90,
            1 + 2j,
            b"bytes",
            np.float32(2),
        ]
    )
    raised = {"bases": ["ValueError", "Exception"], "message": "x", "cell": "<ipython-input-3-x>", "line": 2}
    outputs = [{"output_type": "stream", "name": "stdout", "text": "x"}, {"output_type": "display_data", "data": {}}]
    return rng.choice(
        [
            {"nonce": NONCE, "value": value, "interrupted": False, "arguments": (value,), "keywords": {"k": value}},
            {"nonce": NONCE, "raised": raised, "interrupted": False},
            {"nonce": NONCE, "outputs": outputs, "interrupted": True},
            {"callback": 0, "args": (value,), "kwargs": {}},
            {"nonce": NONCE, "undefined": "f"},
        ]
    )


def encoded(message: Any) -> bytes:
    """The bytes of a frame."""
    left, right = socket.socketpair()
    with left, right:
        Channel(left, lambda value: None, lambda tag, rest: None).send(message)
        return right.recv(2**20)


def mutated(data: bytes, rng: random.Random) -> bytes:
    """A frame with a few bytes, a length, a node of its tree, or its end changed."""
    kind = rng.randrange(5)
    if kind == 0:
        changed = bytearray(data)
        for _ in range(rng.randint(1, 4)):
            changed[rng.randrange(len(changed))] = rng.randrange(256)
        return bytes(changed)
    if kind == 1:
        header, blob = struct.unpack("!II", data[:8])
        return (
            struct.pack("!II", header + rng.choice((-1, 1, 0, 2**20)), max(0, blob + rng.choice((-8, -1, 0, 1))))
            + data[8:]
        )
    if kind == 2:
        return data[: rng.randrange(len(data))]
    if kind == 3:
        return data + data[rng.randrange(len(data)) :]
    size, _ = struct.unpack("!II", data[:8])
    packed: bytes = msgpack.packb(with_another_node(msgpack.unpackb(data[8 : 8 + size]), rng), use_bin_type=True)
    return struct.pack("!I", len(packed)) + data[4:8] + packed + data[8 + size :]


def with_another_node(tree: Any, rng: random.Random) -> Any:
    """A tree in which one node is another tag, another leaf, twice as often there, or not at all."""
    if not isinstance(tree, list) or not tree or rng.random() < 0.3:
        return rng.choice([rng.choice(LEAVES), [rng.choice(TAGS), tree], [tree, tree], []])
    at = rng.randrange(len(tree))
    if at == 0:
        return [rng.choice(TAGS), *tree[1:]]
    return [*tree[:at], with_another_node(tree[at], rng), *tree[at + 1 :]]


def frames(count: int, seed: int) -> Iterator[bytes]:
    rng = random.Random(seed)
    whole = [encoded(honest(rng)) for _ in range(200)]
    for _ in range(count):
        yield mutated(rng.choice(whole), rng)


def to_the_trusted_side(data: bytes) -> None:
    """A process answers a call with these bytes; what comes of it is used as hidden tests use it."""
    guest, host = socket.socketpair()
    with guest, host, suppress(Gone, Failure):
        guest.sendall(data)
        guest.shutdown(socket.SHUT_WR)
        answer = Peer(host).call("f", (lambda x: x, 1.0), {}, seconds=5.0, observe=True, collect=True)
        describe(answer.value)
        as_array(answer.value)


def to_the_guest(data: bytes) -> None:
    """The student's process receives these bytes; it may fail, but it is not stopped and runs nothing."""
    from autograder.sandbox.guest.kernel import Server

    server = object.__new__(Server)
    server._objects = [len]
    host, guest = socket.socketpair()
    with host, guest, suppress(Exception):
        host.sendall(data)
        host.shutdown(socket.SHUT_WR)
        revive = lambda tag, rest: rest if tag == "T" else server._revive(tag, rest)  # noqa: E731 - torch takes seconds
        Channel(guest, server._store, revive, takes_fds=True).receive(5.0)


COUNTS = [pytest.param(1_500, id="short"), pytest.param(50_000, id="long", marks=pytest.mark.slow)]


@pytest.mark.parametrize("count", COUNTS)
def test_a_mutated_answer_is_a_value_or_the_end_of_the_connection(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "token_hex", lambda size: NONCE)
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    for data in frames(count, seed=1):
        to_the_trusted_side(data)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200 * 1024
    assert time.process_time() - start < count * 0.02


@pytest.mark.parametrize("count", COUNTS)
def test_a_mutated_request_does_nothing_to_the_guest(count: int) -> None:
    for data in frames(count, seed=2):
        to_the_guest(data)


@pytest.mark.parametrize("count", COUNTS)
def test_any_value_in_any_field_of_an_answer_is_looked_at_before_it_is_used(count: int) -> None:
    rng = random.Random(3)
    values: list[Any] = [
        *LEAVES,
        [],
        {},
        (),
        ["x"] * 50,
        {"output_type": "stream"},
        np.zeros(2),
        Handle(0, "x"),
        b"x",
        {1: 2},
    ]
    values.append(Tensor(np.zeros(1), "float32", "cpu", requires_grad=False))

    def filled(*names: str) -> Json:
        return {name: rng.choice(values) for name in names}

    for _ in range(count):
        fields = filled("value", "raised", "arguments", "keywords", "interrupted", "outputs")
        raised = rng.choice([filled("bases", "message", "cell", "line"), fields["raised"]])
        output = filled("name", "text", "ename", "evalue", "traceback", "data")
        output["output_type"] = rng.choice(["stream", "error", "display_data", "execute_result", rng.choice(values)])
        found = reply({**fields, "raised": raised})
        assert isinstance(found.arguments, tuple)
        assert isinstance(found.keywords, dict)
        assert isinstance(cell_result({**fields, "outputs": [output, fields["outputs"]]}, 1000).outputs, list)


def test_a_frame_that_is_not_mutated_arrives() -> None:
    """Otherwise the tests above would say nothing."""
    rng, arrived = random.Random(4), 0
    for _ in range(50):
        guest, host = socket.socketpair()
        with guest, host, suppress(WireError):
            guest.sendall(encoded(honest(rng)))
            arrived += isinstance(Channel(host, lambda value: None, lambda tag, rest: None).receive(5.0), dict)
    assert arrived == 50
