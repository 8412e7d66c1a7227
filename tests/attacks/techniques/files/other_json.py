"""Hands in a list, and in a second notebook a format that does not exist yet."""
# %% submit
path.write_text('[{"cells": [], "nbformat": 4}]')
(folder / "second.ipynb").write_text('{"cells": [], "nbformat": 99}')
