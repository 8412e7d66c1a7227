"""Sends the beginning of a frame and no more."""
# %% answer=relative_error
import gc
import struct
import time


def relative_error(a, b, eps=1e-8):
    channel = next(o for o in gc.get_objects() if type(o).__name__ == "Channel" and o.sock.fileno() >= 0)
    channel.sock.sendall(struct.pack("!II", 1000, 1000) + b"x" * 999)
    time.sleep(60)
