"""Draws the figures of the page as SVG, with a description in words."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from markupsafe import Markup

from autograder.results.curves import ABOVE, BELOW, LEVELS
from autograder.results.error_map import OFF

_SIDE, _GAP = 18, 2
_STEP, _LEVEL, _EDGE = 24, 6, 8
"""Pixels from a point of a curve to the next, from a level to the next, and around the picture."""


def error_map(rows: Sequence[str]) -> Markup:
    """Draws which entries of an array are off: a grid as on paper, with a cross in each entry that is wrong."""
    places = [(i, j) for i, row in enumerate(rows) for j in range(len(row))]
    wrong = [(i, j) for i, j in places if rows[i][j] == OFF]
    cells = Markup("").join(_cell(i, j, off=(i, j) in wrong) for i, j in places)
    width, height = (_SIDE * n + _GAP for n in (max(map(len, rows)), len(rows)))
    where = ", ".join(str([i, j] if len(rows) > 1 else [j]) for i, j in wrong)
    return Markup(
        '<figure class="map"><svg role="img" width="{w}" height="{h}" viewBox="0 0 {w} {h}" aria-label="{label}">'
        "{cells}</svg><figcaption>× off, the others are right</figcaption></figure>"
    ).format(w=width, h=height, label=f"Entries that are off: {where}", cells=cells)


def _cell(row: int, column: int, *, off: bool) -> Markup:
    x, y, side = _SIDE * column + _GAP, _SIDE * row + _GAP, _SIDE - _GAP
    square = Markup('<rect class="{}" x="{}" y="{}" width="{s}" height="{s}" rx="2"/>').format(
        "off" if off else "right", x, y, s=side
    )
    cross = Markup('<path d="M{} {}l8 8m0-8l-8 8"/>').format(x + side / 2 - 4, y + side / 2 - 4)
    return square + cross if off else square


def curves(rows: Sequence[str]) -> Markup:
    """Draws the expected curve as a line and the student's as a broken one, with a description in words."""
    expected, returned = (_heights(row) for row in rows)
    width, height = _STEP * (len(expected) - 1) + 2 * _EDGE, _LEVEL * (len(LEVELS) - 1) + 2 * _EDGE
    apart = [str(place) for place, pair in enumerate(zip(*rows, strict=True), 1) if pair[0] != pair[1]]
    return Markup(
        '<figure class="curves"><svg role="img" width="{w}" height="{h}" viewBox="0 0 {w} {h}" aria-label="{label}">'
        "{lines}</svg><figcaption><span class=expected>—●—</span> expected, "
        "<span class=returned>‐‐×‐‐</span> yours</figcaption></figure>"
    ).format(
        w=width,
        h=height,
        label=f"Two curves of {len(expected)} points, which differ at: {', '.join(apart)}",
        lines=_line(expected, "expected") + _line(returned, "returned"),
    )


def _heights(row: str) -> list[int | None]:
    """Returns how far below the top each point is; None for one that is no number, and the edge for one outside."""
    top = len(LEVELS) - 1
    levels = {ABOVE: top, BELOW: 0} | {mark: level for level, mark in enumerate(LEVELS)}
    return [_EDGE + _LEVEL * (top - levels[mark]) if mark in levels else None for mark in row]


def _line(heights: Sequence[int | None], kind: str) -> Markup:
    points = [(_EDGE + _STEP * place, height) for place, height in enumerate(heights)]
    known = [(x, y) for x, y in points if y is not None]
    parts = [f"M{x} {y}L{x2} {y2}" for (x, y), (x2, y2) in pairwise(points) if y is not None and y2 is not None]
    cross = Markup('<path d="M{} {}m-4-4l8 8m0-8l-8 8"/>')
    mark = Markup('<circle cx="{}" cy="{}" r="3"/>') if kind == "expected" else cross
    return Markup('<g class="{}"><path class="line" d="{}"/>{}</g>').format(
        kind, "".join(parts), Markup("").join(mark.format(x, y) for x, y in known)
    )
