"""Sends answers that nobody has asked for, before and between the questions."""
# %% first
import struct
import sys

import msgpack

channel = next(o for o in __import__("gc").get_objects() if type(o).__name__ == "Channel")


def frame(value):
    packed = msgpack.packb(value)
    return struct.pack("!II", len(packed), 0) + packed


for _ in range(10):
    channel.sock.sendall(frame(["d", "nonce", "0" * 16, "value", 1.0, "passed", True]))
