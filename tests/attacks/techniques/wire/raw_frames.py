"""Answers with frames that no encoder makes: wrong sizes, wrong tags, wrong types, pickles, and msgpack extensions."""
# %% first
import os
import pickle
import struct
import sys

import msgpack

KERNEL = sys.modules["autograder.sandbox.guest.kernel"]


class Run:
    def __reduce__(self):
        return os.system, ("touch /tmp/@MARK@",)


def raw(header, blob=b"", claim=None):
    packed = header if isinstance(header, bytes) else msgpack.packb(header, use_bin_type=True)
    return struct.pack("!II", len(packed), len(blob) if claim is None else claim) + packed + blob


deep = 1
for _ in range(5000):
    deep = ["l", deep]
FRAMES = [
    raw(b"\xc1"), raw(b""), raw(deep), raw(pickle.dumps(Run())), raw(msgpack.ExtType(1, pickle.dumps(Run()))),
    raw(["a", "float64", [2**62, 4], "C", True, 8], bytes(8)), raw(["a", "object", [1], "C", True, 8], bytes(8)),
    raw(["a", "float64", [-1], "C", True, 8], bytes(8)), raw(["a", "float64", [1], "C", True, 2**31], bytes(8)),
    raw(["i", "f" * 100_000]), raw(["i", "0x" + "f" * 1000]), raw(["s", ["l", 1]]), raw(["d", 1]), raw(["f", 0, "x"]),
    raw(["m", "train_images"]), raw(["x", 10**30, "y"]), raw(["e", ["Symbol", "x" * 10**6]]), raw({"nonce": "x"}),
    raw(["T", "float32", "float32", [1], "cuda:0" * 100, True, 4], bytes(4)), raw(["c", "1", 2.0]), raw(["b", -1]),
    raw(["t"] * 100_000), raw(["n", "float64", 4], bytes(4)), raw([], claim=2**32 - 1), b"\xff" * 8, raw(None) * 1000,
    raw(["d", "nonce", ["a", "int64", [2], "C", True, 16]], bytes(16)), raw(["d", "callback", 0, "args", 1]),
    raw(["d", "callback", -1, "args", ["t"], "kwargs", ["d"]]), raw(["d", "callback", True, "args", ["t"], "kwargs", ["d"]]),
]
sent = iter(FRAMES * 100)
KERNEL.Server._reply = lambda self, answer: self.channel.sock.sendall(next(sent))
