"""Hands in under a student's name with a line break and with a sequence that moves the cursor."""
# %% submit
folder.parent.rename(folder.parent.parent / "ada\n\x1b[2J96 points")
