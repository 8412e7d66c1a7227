"""Hands in a folder that nobody can open."""
# %% submit
path.chmod(0)
folder.chmod(0)
