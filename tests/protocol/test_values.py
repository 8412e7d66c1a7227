"""The wire: every value of the table arrives as it was sent, and bytes that no honest peer sends end in WireError."""

import math
import resource
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import msgpack
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder.errors import WireError
from autograder.protocol import values as wire
from autograder.protocol.arrays import DTYPES, Tensor
from autograder.protocol.channel import Channel
from autograder.protocol.values import (
    MAX_BLOB,
    MAX_DEPTH,
    MAX_HEADER,
    MAX_INT_BITS,
    Decoder,
    Encoder,
    Handle,
)
from autograder.sandbox.host.replies import revive

Array = np.ndarray[Any, Any]


def nothing(value: Any) -> None:
    """An encoder's answer for objects outside the table: none."""


def keep(value: Any) -> list[Any]:
    return ["x", 7, type(value).__name__]


@contextmanager
def channels(seconds: float = 10.0) -> Iterator[tuple[socket.socket, Channel]]:
    """A raw socket and the trusted end of a channel to it."""
    raw, end = socket.socketpair()
    raw.settimeout(seconds)
    with raw, end:
        yield raw, Channel(end, nothing, revive)


def cross(value: Any, extra: Callable[[Any], Any] = nothing) -> Any:
    """What the trusted side makes of ``value``."""
    left, right = socket.socketpair()
    with left, right:
        sender = threading.Thread(target=Channel(left, extra, revive).send, args=(value, 10.0))
        sender.start()
        try:
            return Channel(right, nothing, revive).receive(10.0)
        finally:
            sender.join()


def frame(header: Any, blob: bytes = b"") -> bytes:
    packed: bytes = msgpack.packb(header, use_bin_type=True)
    return struct.pack("!II", len(packed), len(blob)) + packed + blob


def receive(data: bytes) -> Any:
    """What the trusted side makes of raw bytes, followed by the end of the stream."""
    with channels() as (raw, channel):
        sender = threading.Thread(target=_send_and_end, args=(raw, data))
        sender.start()
        try:
            return channel.receive(5.0)
        finally:
            sender.join()


def _send_and_end(sock: socket.socket, data: bytes) -> None:
    with suppress(OSError):
        sock.sendall(data)
        sock.shutdown(socket.SHUT_WR)


def same(left: Any, right: Any) -> bool:
    """Equality of plain values to the last bit, types included."""
    if type(left) is not type(right):
        return False
    if isinstance(left, np.ndarray):
        return bool(left.dtype == right.dtype and left.shape == right.shape and left.tobytes() == right.tobytes())
    if isinstance(left, np.generic):
        return bool(left.dtype == right.dtype and left.tobytes() == right.tobytes())
    if isinstance(left, float):
        return struct.pack("d", left) == struct.pack("d", right)
    if isinstance(left, complex):
        return same(left.real, right.real) and same(left.imag, right.imag)
    if isinstance(left, list | tuple):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict):
        return len(left) == len(right) and all(map(same, left.items(), right.items()))
    return bool(left == right)


# -- what is sent arrives ------------------------------------------------------------------------------

NAN = float("nan")  # one object: a set holds it once
ARRAYS = st.sampled_from(sorted(DTYPES)).flatmap(
    lambda name: hnp.arrays(name, hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4))
)
SCALARS = ARRAYS.filter(lambda array: array.size > 0).map(lambda array: array.flat[0])
KEYS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(st.characters(codec="utf-8")),
    st.binary(), st.tuples(st.integers(), st.text(st.characters(codec="utf-8"))),
)  # fmt: skip
LEAVES = KEYS | st.floats() | st.complex_numbers() | ARRAYS | SCALARS | st.just(2**4000) | st.just(-(2**4000))
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.lists(inner, max_size=4).map(tuple),
        st.dictionaries(KEYS, inner, max_size=4),
        st.sets(KEYS, max_size=4),
    ),
    max_leaves=12,
)


@given(VALUES)
def test_every_value_of_the_table_arrives_as_it_was_sent(value: Any) -> None:
    assert same(cross(value), value)


@given(ARRAYS, st.sampled_from("CFS"), st.booleans())
def test_an_array_keeps_its_values_memory_order_and_write_flag(array: Array, layout: str, writeable: bool) -> None:
    if layout == "F":
        array = np.asfortranarray(array)
    elif layout == "S":
        array = np.stack([array, array], axis=-1)[..., 0]
    array.setflags(write=writeable)
    arrived = cross(array)
    assert same(arrived, array)
    assert arrived.flags.writeable == writeable
    assert arrived.flags.c_contiguous == array.flags.c_contiguous
    assert arrived.flags.f_contiguous == array.flags.f_contiguous


@pytest.mark.parametrize("dtype", [">f8", ">i4", ">u2", ">c16", ">f2"])
def test_foreign_byte_order_is_translated(dtype: str) -> None:
    array = np.arange(6).reshape(2, 3).astype(dtype)
    arrived = cross(array)
    assert arrived.dtype == array.dtype.newbyteorder("=")
    assert np.array_equal(arrived, array)


def test_an_array_that_arrives_owns_its_memory() -> None:
    arrived = cross(np.zeros(3))
    arrived += 1.0
    assert arrived.tolist() == [1.0, 1.0, 1.0]


@pytest.mark.parametrize("value", [0, -1, 2**63 - 1, -(2**63), 2**63, -(2**63) - 1, 2**64, 2**MAX_INT_BITS - 1])
def test_integers_of_any_allowed_size_arrive(value: int) -> None:
    assert same(cross(value), value)
    assert same(cross(-value), -value)


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan, -0.0, 5e-324, complex(math.nan, -0.0)])
def test_special_floats_arrive(value: complex) -> None:
    assert same(cross(value), value)


@pytest.mark.parametrize("text", ["\ud800", "a\udfffb", "\x00", "\N{SNOWMAN}\U0001f600", ""])
def test_any_text_arrives_as_text_that_can_be_written_as_utf_8(text: str) -> None:
    arrived = cross(text)
    assert type(arrived) is str
    assert arrived == text or "\ufffd" in arrived
    arrived.encode("utf-8")


def test_subclasses_arrive_as_the_plain_type() -> None:
    class Liar(float):
        def __eq__(self, other: object) -> bool:
            return True

        __hash__ = float.__hash__

    class Row(tuple[int, ...]):
        __slots__ = ()

    class Name(str):
        __slots__ = ()

    assert type(cross(Liar(2.5))) is float
    assert cross(Liar(2.5)) != 3.0
    assert type(cross(Row((1, 2)))) is tuple
    assert type(cross(Name("x"))) is str
    assert type(cross(np.ma.masked_array([1.0]))) is np.ndarray
    assert type(cross(bytearray(b"ab"))) is bytes
    assert type(cross(frozenset({1}))) is set


@pytest.mark.parametrize("name", ["PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64"])
def test_a_generator_travels_to_the_student_in_the_state_it_is_in(name: str) -> None:
    from autograder.sandbox.guest.kernel import _to_generator

    generator = np.random.Generator(getattr(np.random, name)(3))
    generator.normal(size=5)
    encoder = Encoder(nothing)
    node = encoder.encode(generator)
    decoder = Decoder(memoryview(b"".join(encoder.blobs)), lambda tag, rest: _to_generator(rest[0]))
    arrived = decoder.decode(node)
    decoder.finish()
    assert np.array_equal(arrived.normal(size=5), generator.normal(size=5))
    assert arrived.integers(2**40) == generator.integers(2**40)


def test_a_generator_is_no_more_than_a_handle_on_the_trusted_side() -> None:
    assert cross(np.random.default_rng(1)) == Handle(-1, "Generator")


def test_an_object_outside_the_table_becomes_a_handle() -> None:
    assert cross([object(), np.array(["a"]), np.datetime64("2020")], keep) == [
        Handle(7, "object"),
        Handle(7, "ndarray"),
        Handle(7, "datetime64"),
    ]


@pytest.mark.parametrize("value", [object(), range(3), np.array([None]), np.longdouble(1), lambda: 0])
def test_what_the_sender_cannot_express_is_not_sent(value: Any) -> None:
    with channels() as (raw, channel):
        with pytest.raises(WireError, match="cannot be sent"):
            channel.send([1, value])
        raw.setblocking(False)
        with pytest.raises(BlockingIOError):
            raw.recv(1)


def nested(levels: int) -> Any:
    value: Any = 1.0
    for _ in range(levels):
        value = [value]
    return value


def test_nesting_is_bounded_before_anything_is_sent() -> None:
    assert same(cross(nested(MAX_DEPTH)), nested(MAX_DEPTH))
    with channels() as (_, channel), pytest.raises(WireError, match="nested more than 40 levels"):
        channel.send(nested(MAX_DEPTH + 1))


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (2**MAX_INT_BITS, "more than 4096 bits"),
        ("x" * (MAX_HEADER + 1), "more than 2 MB without its arrays"),
        ([np.broadcast_to(np.uint8(0), MAX_BLOB + 1)], "more than 256 MB in total"),
    ],
)
def test_what_is_too_large_is_refused_before_it_is_sent(
    value: Any, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if isinstance(value, list):  # as the cap is large, the test brings its own
        monkeypatch.setattr(wire, "MAX_BLOB", 2**20)
        value, message = [np.zeros(2**19, "uint8")] * 3, "more than 1 MB in total"
    with channels() as (_, channel), pytest.raises(WireError, match=message):
        channel.send(value)


# -- tensors -------------------------------------------------------------------------------------------


def test_a_tensor_arrives_as_its_values_and_what_torch_says_about_it() -> None:
    torch = pytest.importorskip("torch")
    for tensor in (
        torch.tensor([[1.5, -2.0]], dtype=torch.float64, requires_grad=True),
        torch.arange(6).reshape(2, 3).T,
        torch.tensor(True),
        torch.zeros(0, 3, dtype=torch.float16),
        torch.tensor([1 + 2j]).conj(),
        torch.nn.Parameter(torch.ones(2)),
    ):
        arrived = cross(tensor)
        assert type(arrived) is Tensor
        assert np.array_equal(arrived.array, tensor.detach().resolve_conj().numpy())
        assert arrived.array.shape == tuple(tensor.shape)
        assert (f"torch.{arrived.dtype}", arrived.device) == (str(tensor.dtype), "cpu")
        assert arrived.requires_grad == tensor.requires_grad


def test_bfloat16_arrives_exactly_as_float32() -> None:
    torch = pytest.importorskip("torch")
    tensor = torch.tensor([1.0, 3.140625, -1e30], dtype=torch.bfloat16)
    arrived = cross(tensor)
    assert (arrived.dtype, arrived.array.dtype.name) == ("bfloat16", "float32")
    assert arrived.array.tolist() == tensor.to(torch.float64).tolist()


def test_tensors_travel_where_torch_is_not_imported() -> None:
    code = (
        "import socket, sys, numpy as np\n"
        "from autograder.protocol.channel import Channel\nfrom autograder.protocol.arrays import Tensor\n"
        "a, b = socket.socketpair()\n"
        "Channel(a, None, None).send(Tensor(np.float32([1.5]), 'bfloat16', 'cpu', True))\n"
        "t = Channel(b, None, lambda tag, rest: rest[0]).receive()\n"
        "print(t.array.tolist(), t.dtype, t.device, t.requires_grad, 'torch' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[1.5] bfloat16 cpu True False\n"


# -- what no honest peer sends ---------------------------------------------------------------------------

ONE = np.float64(1.0).tobytes()
HOSTILE = {
    "an unknown tag": (["z", 1], b""),
    "a tag that runs code elsewhere": (["f", 0, "g"], b""),
    "an empty list": ([], b""),
    "a list without a tag": ([1, 2], b""),
    "a tag that is a list": ([["l"], 1], b""),
    "a map": ({"a": 1}, b""),
    "an empty map": ({}, b""),
    "binary": (b"abc", b""),
    "empty binary": (b"", b""),
    "an extension type": (msgpack.ExtType(5, b"abc"), b""),
    "an empty extension type": (msgpack.ExtType(5, b""), b""),
    "a timestamp": (msgpack.Timestamp(1, 0), b""),
    "a key without a value": (["d", "a"], b""),
    "a list as a key": (["d", ["l", 1], 2], b""),
    "a dict in a set": (["s", ["d"]], b""),
    "an array in a set": (["s", ["a", "float64", [1], "C", True, 8]], ONE),
    "an array with too few bytes": (["a", "float64", [2], "C", True, 8], ONE),
    "an array with too many bytes": (["a", "float64", [1], "C", True, 16], ONE + ONE),
    "an array that claims bytes that are not there": (["a", "float64", [2], "C", True, 16], ONE),
    "a huge shape": (["a", "float64", [2**40], "C", True, 8], ONE),
    "a shape whose product wraps around": (["a", "uint8", [2**32, 2**32, 1], "C", True, 0], b""),
    "a shape that numpy cannot hold": (["a", "uint8", [0, 2**62, 2**62], "C", True, 0], b""),
    "a shape that a stride cannot hold": (["a", "float64", [0, 2**62], "S", True, 0], b""),
    "a negative length": (["a", "float64", [-1], "C", True, 8], ONE),
    "two negative lengths": (["a", "float64", [-1, -1], "C", True, 8], ONE),
    "a length that is a bool": (["a", "float64", [True], "C", True, 8], ONE),
    "a length that is a float": (["a", "float64", [1.0], "C", True, 8], ONE),
    "a shape that is no list": (["a", "float64", 1, "C", True, 8], ONE),
    "a hundred axes": (["a", "uint8", [1] * 100, "C", True, 1], b"1"),
    "33 axes": (["a", "uint8", [1] * 33, "C", True, 1], b"1"),
    "32 axes and a stride": (["a", "uint8", [1] * 32, "S", True, 2], b"11"),
    "an object dtype": (["a", "object", [1], "C", True, 8], ONE),
    "a void dtype": (["a", "V8", [1], "C", True, 8], ONE),
    "a short name of a dtype": (["a", "f8", [1], "C", True, 8], ONE),
    "a structured dtype": (["a", "f4,f4", [1], "C", True, 8], ONE),
    "bfloat16 outside of a tensor": (["a", "bfloat16", [4], "C", True, 8], ONE),
    "an array without a write flag": (["a", "float64", [1], "C", 8], ONE),
    "a write flag that is no bool": (["a", "float64", [1], "C", 1, 8], ONE),
    "negative bytes": (["b", -1], b""),
    "bytes that are not there": (["b", 5], b"abc"),
    "a size that is a str": (["b", "3"], b"abc"),
    "a size beyond any address": (["b", 2**63], b"abc"),
    "a scalar of no dtype": (["n", "", 8], ONE),
    "a scalar with too many bytes": (["n", "float64", 16], ONE + ONE),
    "an int that is no hexadecimal": (["i", "0xzz"], b""),
    "an int of a million digits": (["i", "0x" + "f" * 10**6], b""),
    "an int with a newline": (["i", "1\n2"], b""),
    "a complex of strings": (["c", "1", "2"], b""),
    "a complex of ints": (["c", 1, 2], b""),
    "a tensor of an unknown dtype": (["T", "int4", "int8", [1], "cpu", False, 1], b"1"),
    "a tensor on a device with a long name": (["T", "int8", "int8", [1], "c" * 17, False, 1], b"1"),
    "a tensor whose bytes do not fit": (["T", "int8", "int8", [2], "cpu", False, 1], b"1"),
    "a handle without a name": (["x", 1], b""),
    "a handle whose id is a str": (["x", "1", "f"], b""),
    "a handle whose id is a bool": (["x", True, "f"], b""),
    "bytes that belong to nothing": (1.0, b"abc"),
    "bytes claimed once, sent twice": (["b", 3], b"abcabc"),
}


@pytest.mark.parametrize(("header", "blob"), HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_frame_is_refused(header: Any, blob: bytes) -> None:
    with pytest.raises(WireError):
        receive(frame(header, blob))


@pytest.mark.parametrize(
    "header",
    [b"\xc1", b"\x91", b"\x01\x02", b"", b"\xdd\xff\xff\xff\xff", b"\xdb\xff\xff\xff\xff", b"\x91" * 2**16 + b"\xc0"],
    ids=["reserved", "truncated", "two values", "empty", "huge list", "huge text", "deep"],
)
def test_a_header_that_is_not_the_agreed_msgpack_is_refused(header: bytes) -> None:
    with pytest.raises(WireError):
        receive(struct.pack("!II", len(header), 0) + header)


@pytest.mark.parametrize("levels", [MAX_DEPTH + 5, 400])
def test_a_deeply_nested_frame_is_refused(levels: int) -> None:
    header: Any = 1
    for _ in range(levels):
        header = ["l", header]
    with pytest.raises(WireError):
        receive(frame(header))


@pytest.mark.parametrize("lengths", [(MAX_HEADER + 1, 0), (1, MAX_BLOB + 1), (2**32 - 1, 2**32 - 1)])
def test_an_oversized_frame_is_refused_before_its_bytes_are_awaited(lengths: tuple[int, int]) -> None:
    with channels() as (raw, channel):
        raw.sendall(struct.pack("!II", *lengths))
        with pytest.raises(WireError, match="larger than the cap"):
            channel.receive(60.0)


@pytest.mark.parametrize("cut", [0, 3, 8, 9, -1])
def test_a_truncated_frame_is_an_end_of_file(cut: int) -> None:
    data = frame(["b", 3], b"abc")
    with pytest.raises(EOFError):
        receive(data[:cut])


def test_a_bool_array_holds_only_true_and_false_whatever_bytes_were_sent() -> None:
    forged = receive(frame(["a", "bool", [4], "C", True, 4], bytes([0, 1, 2, 255])))
    assert forged.view("uint8").tolist() == [0, 1, 1, 1]
    scalar = receive(frame(["n", "bool", 1], b"\x07"))
    assert (scalar.tobytes(), bool(scalar)) == (b"\x01", True)


def test_frames_are_read_one_at_a_time() -> None:
    with channels() as (raw, channel):
        raw.sendall(frame(1) + frame(["b", 2], b"ab") + frame("x")[:5])
        assert channel.receive(5.0) == 1
        assert channel.receive(5.0) == b"ab"
        raw.sendall(frame("x")[5:])
        assert channel.receive(5.0) == "x"


def test_a_sender_that_drips_meets_the_deadline() -> None:
    data = frame(["b", 1000], bytes(1000))
    stop = threading.Event()

    def drip(sock: socket.socket) -> None:
        for byte in data:
            if stop.wait(0.02):
                return
            sock.sendall(bytes([byte]))

    with channels() as (raw, channel):
        sender = threading.Thread(target=drip, args=(raw,))
        sender.start()
        start = time.monotonic()
        with pytest.raises(TimeoutError):
            channel.receive(0.2)
        assert time.monotonic() - start < 5.0
        stop.set()
        sender.join()


def test_silence_meets_the_deadline() -> None:
    with channels() as (_, channel), pytest.raises(TimeoutError):
        channel.receive(0.01)


def test_descriptors_are_taken_only_by_an_end_that_asked_for_them() -> None:
    raw, end = socket.socketpair()
    with raw, end, open("/dev/null", "rb") as null:
        for takes, count in ((True, 1), (False, 0)):
            channel = Channel(end, nothing, revive, takes_fds=takes)
            socket.send_fds(raw, [frame(1)], [null.fileno()])
            assert channel.receive(5.0) == 1
            assert len(channel.fds) == count
            for fd in channel.fds:
                socket.close(fd)


@settings(max_examples=300)
@given(st.binary(max_size=300))
def test_random_bytes_raise_nothing_but_the_three_expected_errors(data: bytes) -> None:
    try:
        receive(data)
    except (WireError, EOFError, TimeoutError):
        return


TAGS = st.sampled_from(["l", "t", "s", "d", "i", "c", "b", "a", "n", "T", "g", "x", "f", "e", "", "zz"])
NUMBERS = st.sampled_from([-1, 0, 1, 8, 2**31, 2**63 - 1, 2**64 - 1])
ATOMS = st.one_of(
    TAGS, NUMBERS, st.none(), st.booleans(), st.floats(), st.sampled_from(sorted(DTYPES)), st.sampled_from("CFS")
)
TREES = st.recursive(
    ATOMS, lambda inner: st.builds(lambda tag, rest: [tag, *rest], TAGS, st.lists(inner, max_size=7)), max_leaves=20
)


@settings(max_examples=400)
@given(TREES, st.binary(max_size=16))
def test_random_trees_raise_nothing_but_wire_errors(header: Any, blob: bytes) -> None:
    try:
        receive(frame(header, blob))
    except WireError:
        return


ARRAY_NODES = st.tuples(
    st.just("a"), st.sampled_from(sorted(DTYPES)), st.lists(NUMBERS, max_size=4),
    st.sampled_from(["C", "F", "S", "?"]), st.booleans(), st.sampled_from([0, 1, 8, 16]),
).map(list)  # fmt: skip


@settings(max_examples=300)
@given(ARRAY_NODES)
def test_an_array_that_is_accepted_has_the_bytes_it_claims(node: list[Any]) -> None:
    try:
        array = receive(frame(node, bytes(node[-1])))
    except WireError:
        return
    assert (array.nbytes, list(array.shape), array.dtype.name) == (node[-1], node[2], node[1])


@pytest.mark.slow
def test_a_header_full_of_small_things_costs_bounded_memory() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for item in (b"\x91\xa1s", b"\x91\xa1l", b"\x90", b"\xc0", b"\xa2\xc3\xbf"):  # sets, lists, nils, strings
        count = (MAX_HEADER - 16) // len(item)
        header = b"\xdd" + struct.pack("!I", count + 1) + b"\xa1l" + item * count
        with suppress(WireError):
            receive(struct.pack("!II", len(header), 0) + header)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
    assert grown < 512, f"2 MB headers made this process grow by {grown} MB"


def test_a_reader_that_sips_meets_the_deadline() -> None:
    stop, late = threading.Event(), threading.Event()
    with channels() as (raw, channel):

        def sip() -> None:
            while not stop.wait(0.02):
                raw.recv(2**16)

        def send() -> None:
            with suppress(TimeoutError):
                channel.send(np.zeros(10**6), 0.3)
                return
            late.set()

        threads = [threading.Thread(target=act, daemon=True) for act in (sip, send)]
        for thread in threads:
            thread.start()
        assert late.wait(2.0)
        stop.set()
        for thread in threads:
            thread.join()


def test_a_reader_that_does_not_read_meets_the_deadline() -> None:
    late = threading.Event()
    with channels() as (_, channel):

        def send() -> None:
            with suppress(TimeoutError):
                channel.send(np.zeros(10**7), 0.2)
                return
            late.set()

        sender = threading.Thread(target=send, daemon=True)
        sender.start()
        assert late.wait(5.0)


def test_bytes_that_came_in_are_counted() -> None:
    data = frame(["b", 3], b"abc")
    with channels() as (raw, channel):
        raw.sendall(data)
        channel.receive(5.0)
        assert channel.received == len(data)


def test_keys_that_are_text_are_not_counted() -> None:
    value = {str(number): number for number in range(wire.MAX_KEYS + 1)}
    assert cross(value) == value
