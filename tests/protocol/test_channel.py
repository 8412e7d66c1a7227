"""A channel: what is sent arrives, and no send waits longer than its deadline."""

import os
import select
import socket
import threading
from collections.abc import Iterator

import numpy as np
import pytest

from autograder.protocol.channel import Channel

Pair = tuple[Channel, Channel]


def make(sock: socket.socket, *, takes_fds: bool = False) -> Channel:
    return Channel(sock, lambda value: None, lambda tag, rest: None, takes_fds=takes_fds)


@pytest.fixture
def pair() -> Iterator[Pair]:
    left, right = socket.socketpair()
    with left, right:
        yield make(left), make(right, takes_fds=True)


@pytest.fixture
def descriptor() -> Iterator[int]:
    with socket.socket() as sock:
        yield sock.fileno()


def fill(sock: socket.socket) -> None:
    """Sends until the other end, which does not read, has no room left."""
    with pytest.raises(BlockingIOError):
        while True:
            sock.send(bytes(2**16), socket.MSG_DONTWAIT)


def test_descriptors_travel_with_their_message(pair: Pair, descriptor: int) -> None:
    left, right = pair
    left.send("one", 1.0, (descriptor,))
    left.send("two", 1.0)
    assert [right.receive(1.0), right.receive(1.0)] == ["one", "two"]
    (received,) = right.fds
    os.close(received)


def test_a_large_message_arrives_whole_with_its_descriptors(pair: Pair, descriptor: int) -> None:
    """More than the buffers of the socket hold, so it is sent in parts; the descriptor arrives once."""
    left, right = pair
    numbers = np.arange(2**20)
    sender = threading.Thread(target=left.send, args=({"x": "y" * 2**20, "n": numbers}, 30.0, (descriptor,)))
    sender.start()
    received = right.receive(30.0)
    sender.join()
    assert received["x"] == "y" * 2**20
    assert (received["n"] == numbers).all()
    assert len(right.fds) == 1
    os.close(right.fds[0])


@pytest.mark.parametrize("with_descriptors", [False, True])
def test_an_end_that_does_not_read_makes_no_send_wait_for_ever(
    pair: Pair, descriptor: int, with_descriptors: bool
) -> None:
    left, _ = pair
    fill(left.sock)
    with pytest.raises(TimeoutError):
        left.send("one more", 0.05, (descriptor,) if with_descriptors else ())


def test_a_send_without_a_deadline_waits_until_the_other_end_reads(pair: Pair, descriptor: int) -> None:
    left, right = pair
    fill(left.sock)
    sender = threading.Thread(target=left.send, args=("at last", None, (descriptor,)))
    sender.start()
    while not right.fds and select.select([right.sock], [], [], 10)[0]:
        _, fds, _, _ = socket.recv_fds(right.sock, 2**16, 1)
        right.fds += fds
    sender.join()
    assert len(right.fds) == 1
    os.close(right.fds[0])


def test_an_end_that_is_closed_is_an_error_at_once(pair: Pair, descriptor: int) -> None:
    left, right = pair
    right.close()
    with pytest.raises(OSError, match="pipe"):
        left.send("anybody?", 5.0, (descriptor,))
