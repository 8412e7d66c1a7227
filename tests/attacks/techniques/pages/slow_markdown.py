"""Writes markdown that takes a renderer very long: nested emphasis, lists, quotes, brackets, tables and code spans."""
# %% markdown
# %% submit
import json

size = 20_000
slow = ["*a **b " * (size // 7), "[" * size, "![" * (size // 2), "> " * (size // 2) + "x", "`" * size, "$" * size, "\\" * size]
slow += ["- " * 3000 + "x", "|" * size + "\n" + "|-" * 5000, "<" * size, "&" * size, "\n" * size, "_a" * (size // 2), "[a](" * (size // 4)]
path.write_text(json.dumps({**notebook, "cells": notebook["cells"] + [words(text) for text in slow]}))
