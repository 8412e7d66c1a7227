"""Makes sockets of families that no network namespace contains: vsock, packet, raw, Bluetooth, crypto, and others."""
# %% first
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
for family in (3, 4, 5, 9, 17, 21, 24, 29, 30, 31, 37, 38, 39, 40, 41, 44, 45):
    for kind in (1, 2, 3, 5):
        fd = libc.socket(family, kind, 0)
        if fd >= 0:
            print("ESCAPED: family", family, kind)
            os.close(fd)
for family in (2, 10):
    fd = libc.socket(family, 3, 1)
    if fd >= 0:
        print("ESCAPED: a raw socket")
