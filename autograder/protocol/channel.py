"""Sends and receives values as frames over one end of a socket pair, with deadlines."""

from __future__ import annotations

import math
import select
import socket
import struct
import time
from array import array
from collections.abc import Sequence
from typing import Any

import msgpack

from autograder.errors import WireError
from autograder.protocol.values import MAX_BLOB, MAX_HEADER, Decoder, Encoder, Extra, Node, Revive

_LENGTHS = struct.Struct("!II")
_CHUNK, _LARGE_CHUNK = 2**16, 2**20


class Channel:
    """One end of a socket pair that carries frames; each send and receive may have a deadline.

    ``extra`` encodes the objects that have no form of their own in a frame, and ``revive`` decodes them. File
    descriptors travel one way: only an end created with ``takes_fds`` accepts them (into ``fds``), and the trusted
    side's end is not. ``max_blob`` is the most bytes of arrays that this end accepts in one frame.
    """

    def __init__(
        self,
        sock: socket.socket,
        extra: Extra,
        revive: Revive,
        *,
        takes_fds: bool = False,
        max_blob: int = MAX_BLOB,
    ) -> None:
        self.sock = sock
        self.fds: list[int] = []
        self._max_blob = max_blob
        self._extra, self._revive, self._takes_fds = extra, revive, takes_fds
        self._buffer = bytearray()
        self.received = 0
        """Total bytes received so far, so that a caller who keeps what it receives can set a budget."""
        self._poll = select.poll()
        self._poll.register(sock, select.POLLIN)

    def send(self, message: Any, seconds: float | None = None, fds: Sequence[int] = ()) -> None:
        """Sends one value.

        Raises WireError, before anything is sent, when the value cannot be encoded, and TimeoutError when the other
        end does not read it within ``seconds``, whether or not descriptors travel along.
        """
        header, encoder = _pack(message, self._extra)
        head = _LENGTHS.pack(len(header), encoder.size) + header
        deadline = None if seconds is None else time.monotonic() + seconds
        for part in (head + b"".join(encoder.blobs),) if encoder.size < _CHUNK else (head, *encoder.blobs):
            self._send(part, deadline, fds)
            fds = ()

    def receive(self, seconds: float | None = None) -> Any:
        """Returns the next value.

        Raises TimeoutError after ``seconds``, EOFError when the other end is closed, and WireError for a bad frame.
        """
        deadline = None if seconds is None else time.monotonic() + seconds
        self._fill(_LENGTHS.size, deadline)
        header_size, blob_size = _LENGTHS.unpack_from(self._buffer)
        if header_size > MAX_HEADER or blob_size > self._max_blob:
            raise WireError("a frame is larger than the cap")
        start, end = _LENGTHS.size + header_size, _LENGTHS.size + header_size + blob_size
        self._fill(end, deadline)
        frame, self._buffer = memoryview(self._buffer), self._buffer[end:]
        decoder = Decoder(frame[start:end], self._revive)
        value = decoder.decode(_unpack(bytes(frame[_LENGTHS.size : start])))
        decoder.finish()
        return value

    def close(self) -> None:
        """Closes this end; the other end then reads end-of-file."""
        self.sock.close()

    def _fill(self, size: int, deadline: float | None) -> None:
        """Reads until the buffer holds ``size`` bytes."""
        while len(self._buffer) < size:
            if deadline is not None:
                self._wait_until_ready(self._poll, deadline)
            chunk = self._receive_some(max(_CHUNK, min(size - len(self._buffer), _LARGE_CHUNK)))
            if not chunk:
                raise EOFError
            self._buffer += chunk
            self.received += len(chunk)

    def _receive_some(self, size: int) -> bytes:
        if not self._takes_fds:
            return self.sock.recv(size)
        chunk, fds, _, _ = socket.recv_fds(self.sock, size, 1)
        self.fds += fds
        return chunk

    def _send(self, data: bytes | memoryview, deadline: float | None, fds: Sequence[int]) -> None:
        """Sends the data, and the descriptors with its first byte."""
        data = memoryview(data)
        flags = 0 if deadline is None else socket.MSG_DONTWAIT
        while data:
            try:
                data, fds = data[self._send_some(data, fds, flags) :], ()
            except BlockingIOError:
                assert deadline is not None
                poll = select.poll()
                poll.register(self.sock, select.POLLOUT)
                self._wait_until_ready(poll, deadline)

    def _send_some(self, data: memoryview, fds: Sequence[int], flags: int) -> int:
        if not fds:
            return self.sock.send(data, flags)
        rights = (socket.SOL_SOCKET, socket.SCM_RIGHTS, array("i", fds))  # socket.send_fds ignores its flags
        return self.sock.sendmsg([data], [rights], flags)

    def _wait_until_ready(self, poll: select.poll, deadline: float) -> None:
        remaining = deadline - time.monotonic()
        if remaining <= 0 or not poll.poll(math.ceil(remaining * 1000)):
            raise TimeoutError


def as_received(value: Any, extra: Extra, revive: Revive) -> Any:
    """Returns the value as the other end of a channel would receive it, without sending it.

    ``extra`` and ``revive`` are those of a :class:`Channel`. Raises WireError when the value cannot be sent.
    """
    header, encoder = _pack(value, extra)
    decoder = Decoder(memoryview(b"".join(encoder.blobs)), revive)
    return decoder.decode(_unpack(header))


def _pack(message: Any, extra: Extra) -> tuple[bytes, Encoder]:
    """Returns the header of a frame, and the encoder that holds its arrays."""
    encoder = Encoder(extra)
    header = msgpack.packb(encoder.encode(message), use_bin_type=True, unicode_errors="surrogatepass")
    if len(header) > MAX_HEADER:
        raise WireError(f"a value takes up more than {MAX_HEADER // 2**20} MB without its arrays")
    return header, encoder


def _unpack(header: bytes | bytearray) -> Node:
    try:
        return msgpack.unpackb(
            header, raw=False, use_list=True, unicode_errors="replace", max_ext_len=0, max_bin_len=0, max_map_len=0
        )
    except (ValueError, TypeError, RecursionError, OverflowError, msgpack.UnpackException) as error:
        raise WireError("a frame's header is not valid msgpack") from error
