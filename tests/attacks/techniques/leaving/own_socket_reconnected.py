"""Disconnects the one socket it has, by connecting it to no address, and connects it elsewhere."""
# %% first
import ctypes
import os
import stat

libc = ctypes.CDLL(None, use_errno=True)
target = b"\x02\x00" + int("@PORT@").to_bytes(2, "big") + bytes([127, 0, 0, 1]) + bytes(8)
for fd in [fd for fd in range(3, 64) if os.path.exists(f"/proc/self/fd/{fd}")]:
    if stat.S_ISSOCK(os.fstat(fd).st_mode):
        copy = os.dup(fd)
        libc.connect(copy, b"\0\0" + bytes(14), 16)
        if libc.connect(copy, target, 16) == 0:
            print("ESCAPED: reconnected", fd)
