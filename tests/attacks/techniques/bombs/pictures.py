"""Displays a picture of sixteen megabytes in each of sixty cells."""
# %% submit
import json

show = """import zlib, struct
from IPython.display import display
def chunk(kind, data): return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
png = b"\\x89PNG\\r\\n\\x1a\\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(b"\\0\\0"))
png += chunk(b"tEXt", b"x" * (15 * 2**20)) + chunk(b"IEND", b"")
display({"image/png": png}, raw=True)"""
path.write_text(json.dumps({**notebook, "cells": notebook["cells"] + [code(show) for _ in range(60)]}))
