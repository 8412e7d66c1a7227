"""Shows two curves, the expected one and the student's, for an input that students may know: one character per point.

The student's curve is part of what a submission can say about hidden inputs, so it is coarse, small, and has a size in
bits. The expected curve is no secret, because its input is none, and it alone determines the scale.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

Array = np.ndarray[tuple[int, ...], np.dtype[np.float64]]

MAX_POINTS = 12
LEVELS = "0123456789abcdef"
ABOVE, BELOW, NOWHERE = "+-?"
"""A point above or below the picture, and one that is no number."""
_MARGIN = 0.5
"""Room above and below the expected curve, as a share of its height."""


def curves(expected: Array, actual: Array) -> tuple[str, ...]:
    """Returns the expected curve and the other, such as ``("048c", "026a")``; nothing where they would look alike."""
    if expected.ndim != 1 or not 2 <= expected.size <= MAX_POINTS:
        return ()
    low, height = float(expected.min()), float(np.ptp(expected))
    if not 0 < height < np.inf:
        return ()
    low, height = low - _MARGIN * height, (1 + 2 * _MARGIN) * height
    rows = tuple("".join(_level((float(value) - low) / height) for value in curve) for curve in (expected, actual))
    return rows if rows[0] != rows[1] else ()


def _level(share: float) -> str:
    """Returns the character for a point; 0 is the bottom of the picture and 1 its top."""
    if math.isnan(share):
        return NOWHERE
    if not 0 <= share <= 1:
        return ABOVE if share > 1 else BELOW
    return LEVELS[min(int(share * len(LEVELS)), len(LEVELS) - 1)]


def bits_of(rows: Sequence[str]) -> float:
    """Returns the size of two curves: that of the student's, in which each point is one of the characters."""
    return len(rows[1]) * math.log2(len(LEVELS) + 3)
