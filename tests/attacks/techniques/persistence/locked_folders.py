"""Leaves folders without any right, immutable names and open files, so that they cannot be removed."""
# %% first
import os

os.makedirs("a/b/c")
held = [open(f"a/b/c/{number}", "w") for number in range(50)]
for path in ("a/b/c", "a/b", "a", ".", os.environ["HOME"]):
    os.chmod(path, 0)
