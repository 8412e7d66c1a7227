"""Makes sockets of known families with protocols that nobody needs: MPTCP, SCTP, UDP-Lite, and all netlink families."""
# %% first
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
for family, kind, protocol in [(2, 1, 262), (2, 1, 132), (2, 2, 136), (2, 2, 1), (10, 2, 58), (2, 5, 132), *[(16, 3, n) for n in range(1, 23)]]:
    fd = libc.socket(family, kind, protocol)
    if fd >= 0:
        print("ESCAPED: protocol", family, protocol)
        os.close(fd)
