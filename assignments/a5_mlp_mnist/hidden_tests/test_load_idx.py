"""Files of the idx format: packed by struct here, byte by byte, and read by the student."""

import gzip
import struct

import numpy as np
import pytest
from autograder import as_array, assert_close, assert_dtype, assert_raises, fail, imported, put_file

# One rounding: k / 255 and k * (1 / 255) may differ in the last of 24 bits.
ONE_ROUNDING = {"rtol": 1.2e-7, "atol": 0.0}


def idx(numbers, *, kind=8):
    """The file of an array of bytes: two zeros, the type, the number of dimensions, each dimension, the bytes."""
    pixels = np.array(numbers, dtype=np.uint8)
    return struct.pack(f">4B{pixels.ndim}I", 0, 0, kind, pixels.ndim, *pixels.shape) + pixels.tobytes()


def read(student, content, name="some-idx-ubyte"):
    """What the student's load_idx makes of a file with this content."""
    put_file(student, name, content)
    return student.load_idx(name)


def assert_refused(student, content, what):
    """The file raises a ValueError."""
    put_file(student, "broken-idx-ubyte", content)
    assert_raises(ValueError, student.load_idx, "broken-idx-ubyte", hint=f"This is {what}.")


def assert_reads(student, rng):
    """An answer that refuses every file refuses no file for its mistake."""
    labels = rng.integers(0, 10, 6)
    if not np.array_equal(as_array(read(student, idx(labels)), shape=(6,)), labels):
        fail("even a correct file is not read as it should be")


def test_images(student, rng):
    """Images come as float32 numbers k/255, image by image and row by row.

    The pixels are bytes from 0 to 255; 0 becomes 0.0, and 255 exactly 1.0.
    """
    pixels = rng.permutation(256).astype(np.uint8).reshape(2, 8, 16)
    images = read(student, idx(pixels))
    assert_close(images, pixels / 255, **ONE_ROUNDING)
    assert_dtype(images, "float32", hint="float64 takes twice the memory, and torch will not mix the two.")


def test_labels(student, rng):
    """Labels come as int64 numbers, in one dimension, as they stand in the file.

    Labels are not pixels: they are not divided by 255.
    """
    labels = rng.permutation(10)
    loaded = read(student, idx(labels))
    if not np.array_equal(as_array(loaded, shape=(10,)), labels):
        fail("the labels are not those in the file")
    assert_dtype(loaded, "int64", hint="Labels are used as indices, and torch wants int64 for that.")


@pytest.mark.presupposes("test_images", "test_labels")
@pytest.mark.parametrize("shape", [(300, 1, 2), (2, 3, 260), (0, 4, 3), (70000,), (0,)], ids=str)
def test_any_size(student, rng, shape):
    """The sizes are those in the header, whatever they are: more than 255, more than 65535, or none at all.

    Each is a big-endian integer of four bytes.
    """
    # No pixel is white, so that the brightest one is not 255.
    content = rng.integers(0, 200 if len(shape) == 3 else 10, shape)
    expected = content / 255 if len(shape) == 3 else content
    assert_close(as_array(read(student, idx(content)), shape=shape), expected, **ONE_ROUNDING)


@pytest.mark.presupposes("test_images", "test_labels")
@pytest.mark.parametrize("shape", [(3, 2, 4), (5,)], ids=["images", "labels"])
def test_compressed(student, rng, shape):
    """A file whose name ends in .gz is decompressed, and any other is read as it is.

    gzip.open reads it as open reads any other file. Only the end of the name counts.
    """
    content = rng.integers(0, 10, shape)
    expected = content / 255 if len(shape) == 3 else content
    loaded = read(student, gzip.compress(idx(content), compresslevel=1), "some-idx-ubyte.gz")
    assert_close(as_array(loaded, shape=shape), expected, **ONE_ROUNDING)
    plain = read(student, idx(content), "some.gz-idx-ubyte")
    assert_close(as_array(plain, shape=shape), expected, **ONE_ROUNDING)


@pytest.mark.presupposes("test_images")
def test_a_path(student, rng):
    """The path may be a pathlib.Path as well as a str.

    str(path) turns either into a str, and Path(path) turns either into a Path.
    """
    content, read_at_all = idx(rng.integers(0, 10, 6)), False
    for name, packed in (("some-idx-ubyte", content), ("some-idx-ubyte.gz", gzip.compress(content, compresslevel=1))):
        try:
            expected = as_array(read(student, packed, name))
        except AssertionError:  # what is wrong with the reading itself is no matter of the path
            continue
        read_at_all = True
        if not np.array_equal(as_array(student.load_idx(imported(student, "mnist").Path(name))), expected):
            fail("a file whose name is a Path is read differently from one whose name is a str")
    if not read_at_all:
        fail("not even a file whose name is a str is read")


def test_other_files(student, rng):
    """A file that begins with a number other than 2051 or 2049 raises a ValueError.

    Look at all four bytes of the magic number: the type and the number of dimensions are the last two.
    """
    assert_reads(student, rng)
    image = rng.integers(1, 10, (2, 3, 4))
    assert_refused(student, idx(image, kind=9), "a file of signed bytes")
    assert_refused(student, idx(image, kind=13), "a file of floats")
    assert_refused(student, idx(image[0]), "a file with two dimensions")
    assert_refused(student, b"\x00\x01" + idx(image)[2:], "a file that does not begin with two zeros")
    assert_refused(student, b"\x89PNG\r\n\x1a\n" + idx(image), "a picture in another format")


@pytest.mark.parametrize("shape", [(2, 3, 4), (5,)], ids=["images", "labels"])
def test_files_that_end_too_early(student, rng, shape):
    """A file that ends before its last number raises a ValueError, wherever it ends.

    A download may break off anywhere, even in the header. Compare the length with what the header promises.
    """
    assert_reads(student, rng)
    content = idx(rng.integers(1, 10, shape))
    header = 4 + 4 * len(shape)
    for length in (len(content) - 1, header + 1, header, header - 2, 4, 3, 0):
        assert_refused(student, content[:length], "a file that ends too early")


@pytest.mark.parametrize("shape", [(2, 3, 4), (5,)], ids=["images", "labels"])
def test_files_that_go_on(student, rng, shape):
    """A file with bytes after its last number raises a ValueError.

    If the length is not what the header promises, one of the two is wrong, and you cannot know which.
    """
    assert_reads(student, rng)
    content = idx(rng.integers(1, 10, shape))
    assert_refused(student, content + b"\x00", "a file with one byte too many")
    assert_refused(student, content + content[-12:], "a file with more data than it promises")
