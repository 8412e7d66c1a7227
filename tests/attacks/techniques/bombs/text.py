"""Prints without end, to the streams and to the descriptors."""
# %% first
import os

while True:
    print("x" * 2**16)
    os.write(1, b"y" * 2**16)
