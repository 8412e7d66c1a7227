"""Hands in a named pipe, at which a reader would wait for ever."""
# %% submit
import os

path.unlink()
os.mkfifo(path)
os.mkfifo(folder / "timestamp.txt")
