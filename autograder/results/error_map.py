"""Shows which entries of an array are off, where that says more than a number: one letter for each entry.

An error map is part of what a submission can say about hidden inputs, so it is coarse, small, and has a size in bits.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

Array = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]

MAX_ENTRIES = 48
RIGHT, OFF = ".", "x"


def error_map(off: Array) -> tuple[str, ...]:
    """Returns the rows of a vector or a matrix, such as ``("x..", ".x.")``; nothing where a map would not help.

    It helps where some entries are right and others are not: a pattern (a diagonal, a column, the last row) is a clue.
    """
    shown = 1 <= off.ndim <= 2 and 4 <= off.size <= MAX_ENTRIES and off.any() and not off.all()
    return tuple("".join(OFF if entry else RIGHT for entry in row) for row in np.atleast_2d(off)) if shown else ()


def bits_of(rows: Sequence[str]) -> float:
    """Returns the size of a map next to a message that says how many entries are off: which ones they are."""
    text = "".join(rows)
    return math.log2(math.comb(len(text), text.count(OFF)))
