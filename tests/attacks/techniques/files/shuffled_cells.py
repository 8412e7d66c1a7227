"""Hands in the cells in reverse order, each of them three times, with three different contents."""
# %% submit
import copy
import json

cells = [copy.deepcopy(cell) for cell in notebook["cells"] for _ in range(3)][::-1]
for number, cell in enumerate(cells):
    cell["source"] += f"\n# {number}"
path.write_text(json.dumps({**notebook, "cells": cells}))
