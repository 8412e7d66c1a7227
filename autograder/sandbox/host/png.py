"""Checks PNG pictures from the sandbox without decoding them, and keeps only the parts that a browser needs.

Decoding is where the danger is: a small file can unfold to gigabytes. So nothing is decompressed here; the sizes come
from the header, and a browser has to live with a picture of at most 4096 × 4096 pixels.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

MAX_BYTES = 2 * 2**20
MAX_SIDE = 4096
_MAX_CHUNKS = 5000
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_COLOURS = {b"PLTE", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"bKGD", b"pHYs"}
"""Colours and the size of a pixel: chunks of fixed form. Text, profiles and animations are dropped."""
_DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
"""The bit depths that the PNG specification allows for each colour type."""


def cleaned(data: bytes) -> bytes:
    """Returns the picture with harmless chunks only.

    Raises ValueError, with the reason, for what is not a complete PNG picture or is too large for a page.
    """
    if len(data) > MAX_BYTES:
        raise ValueError(f"it has more than {MAX_BYTES // 2**20} MB")
    if not data.startswith(_SIGNATURE):
        raise ValueError("it is not a PNG picture")
    kept: list[bytes] = []
    names: list[bytes] = []
    for name, body, chunk in _chunks(data):
        if not names:
            _check_header(name, body)
        elif name == b"IHDR" or (name == b"IDAT" and b"IDAT" in names and names[-1] != b"IDAT"):
            raise ValueError("its parts are out of order")
        elif name[:1].isupper() and name not in (b"PLTE", b"IDAT", b"IEND"):
            raise ValueError("it has a part that no viewer knows")
        names.append(name)
        if name in _COLOURS or name in (b"IHDR", b"IDAT", b"IEND"):
            kept.append(chunk)
    if names[-1:] != [b"IEND"] or b"IDAT" not in names:
        raise ValueError("it is incomplete")
    return _SIGNATURE + b"".join(kept)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Yields the type, the body and all bytes of each chunk up to IEND, which must end the data."""
    position = len(_SIGNATURE)
    for _ in range(_MAX_CHUNKS):
        if position + 12 > len(data):
            raise ValueError("it is incomplete")
        size, name = struct.unpack_from(">I4s", data, position)
        end = position + 12 + size
        if end > len(data) or not (name.isalpha() and name.isascii()):
            raise ValueError("it is incomplete")
        body = data[position + 8 : end - 4]
        if struct.unpack_from(">I", data, end - 4)[0] != zlib.crc32(body, zlib.crc32(name)):
            raise ValueError("it is damaged")
        yield name, body, data[position:end]
        position = end
        if name == b"IEND":
            if size or position != len(data):
                raise ValueError("something follows its end")
            return
    raise ValueError("it has too many parts")


def _check_header(name: bytes, body: bytes) -> None:
    if name != b"IHDR" or len(body) != 13:
        raise ValueError("it has no header")
    width, height, depth, colour, compression, filtering, interlacing = struct.unpack(">IIBBBBB", body)
    if not (1 <= width <= MAX_SIDE and 1 <= height <= MAX_SIDE):
        raise ValueError(f"it is not between 1 and {MAX_SIDE} pixels wide and high")
    if depth not in _DEPTHS.get(colour, ()) or compression or filtering or interlacing > 1:
        raise ValueError("its header is invalid")
