"""Hands in links to devices that never end, beside the notebook and instead of it."""
# %% submit
path.unlink()
path.symlink_to("/dev/zero")
(folder / "timestamp.txt").symlink_to("/dev/zero")
