"""Hands in cells with NUL, lone surrogates, form feeds, other line ends and a million combining marks."""
# %% submit
import json

odd = [code("x = '\ud800'"), code("x = 1\x00"), code("\x0c\x0cx = 1\u2028y = 2\x85"), words("a" + "\u0301" * 10**6), code("\ufeffx = 1")]
path.write_text(json.dumps({**notebook, "cells": odd + notebook["cells"]}))
