"""Pictures are checked without decoding them; what is left of one is what a browser needs to show it."""

import random
import struct
import zlib

import pytest

from autograder.sandbox.host.png import MAX_BYTES, MAX_SIDE, cleaned

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def chunk(name: bytes, body: bytes = b"") -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def header(width: int = 1, height: int = 1, depth: int = 8, colour: int = 0, *rest: int) -> bytes:
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, *(rest or (0, 0, 0))))


DATA, END = chunk(b"IDAT", zlib.compress(b"\0\0")), chunk(b"IEND")


def picture(*between: bytes) -> bytes:
    return SIGNATURE + header() + b"".join(between) + DATA + END


def test_a_plain_picture_is_left_as_it_is() -> None:
    palette = picture(chunk(b"pHYs", bytes(9)), chunk(b"PLTE", bytes(3)))
    for ours in (picture(), palette, SIGNATURE + header(MAX_SIDE, MAX_SIDE, 16, 6, 0, 0, 1) + DATA + DATA + END):
        assert cleaned(ours) == ours


@pytest.mark.parametrize("name", [b"tEXt", b"zTXt", b"iTXt", b"iCCP", b"eXIf", b"acTL", b"fdAT", b"tIME", b"prVt"])
def test_what_no_page_needs_is_dropped(name: bytes) -> None:
    assert cleaned(picture(chunk(name, b"<script>" * 9))) == picture()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not a PNG"),
        (b"GIF89a", "not a PNG"),
        (SIGNATURE, "incomplete"),
        (SIGNATURE + b"x" * 1000, "incomplete"),
        (picture()[:-1], "incomplete"),
        (SIGNATURE + header() + END, "incomplete"),
        (SIGNATURE + header() + DATA, "incomplete"),
        (picture() + b"<script>", "something follows its end"),
        (picture() + END, "something follows its end"),
        (SIGNATURE + DATA + header() + END, "no header"),
        (SIGNATURE + header() + header() + DATA + END, "out of order"),
        (SIGNATURE + header() + DATA + chunk(b"tEXt") + DATA + END, "out of order"),
        (picture(chunk(b"EVIL")), "no viewer knows"),
        (SIGNATURE + header(0) + DATA + END, "pixels"),
        (SIGNATURE + header(MAX_SIDE + 1) + DATA + END, "pixels"),
        (SIGNATURE + header(2**32 - 1, 2**32 - 1) + DATA + END, "pixels"),
        (SIGNATURE + header(1, 1, 3) + DATA + END, "header is invalid"),
        (SIGNATURE + header(1, 1, 8, 5) + DATA + END, "header is invalid"),
        (SIGNATURE + header(1, 1, 8, 0, 1, 0, 0) + DATA + END, "header is invalid"),
        (picture().replace(DATA, DATA[:-1] + bytes([DATA[-1] ^ 1])), "damaged"),
        (picture(*[chunk(b"tEXt")] * 6000), "too many parts"),
        (picture() + bytes(MAX_BYTES), "more than 2 MB"),
    ],
)
def test_anything_else_is_refused_with_the_reason(data: bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        cleaned(data)


def test_a_picture_that_would_unfold_to_gigabytes_is_not_decoded() -> None:
    deflate = zlib.compressobj(9)
    zeros = bytes(2**20)
    packed = b"".join(deflate.compress(zeros) for _ in range(200)) + deflate.flush()
    bomb = SIGNATURE + header(100, 100) + chunk(b"IDAT", packed) + END
    assert cleaned(bomb) == bomb  # a browser stops after the rows that the header announces


def test_a_picture_with_a_changed_byte_is_refused_and_nothing_else_is_raised() -> None:
    random.seed(0)
    good = picture(chunk(b"PLTE", bytes(3)))
    for _ in range(500):
        bad = bytearray(good)
        bad[random.randrange(len(bad))] ^= random.randrange(1, 256)
        with pytest.raises(ValueError, match=r"^it"):
            cleaned(bytes(bad))
