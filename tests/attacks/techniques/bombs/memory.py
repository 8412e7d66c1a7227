"""Allocates and fills memory without end."""
# %% first
held = []
while True:
    held.append(bytearray(b"x") * 2**24)
