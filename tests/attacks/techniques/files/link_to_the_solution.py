"""Hands in a symbolic link to the solution."""
# %% submit
path.unlink()
path.symlink_to(assignment.solution / path.name)
