"""Lets thirty processes each fill as much memory as one may have."""
# %% first
import os

for _ in range(30):
    try:
        pid = os.fork()
    except OSError:
        break
    if pid == 0:
        held = []
        try:
            while True:
                held.append(bytearray(b"x") * 2**22)
        except MemoryError:
            pass
        while True:
            pass
