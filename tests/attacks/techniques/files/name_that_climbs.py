"""Hands in under names that lead out of the folder of the submission, and files with such names."""
# %% submit
(folder / "..\\..\\gradebook.ipynb").write_bytes(path.read_bytes())
(folder / "a1_numerical_gradients (1).ipynb").symlink_to("../../../gradebook.db")
path.unlink()
