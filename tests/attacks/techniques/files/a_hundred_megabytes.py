"""Hands in a file far above the limit, most of which is not even on the disk."""
# %% submit
with path.open("wb") as file:
    file.truncate(100 * 2**20)
