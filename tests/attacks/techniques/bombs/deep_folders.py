"""Makes folders ten thousand levels deep, so that removing them overflows a stack or a path."""
# %% first
import os

try:
    for _ in range(10_000):
        os.mkdir("d" * 200)
        os.chdir("d" * 200)
except OSError as error:
    print(error)
