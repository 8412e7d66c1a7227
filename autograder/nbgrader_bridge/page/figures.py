"""Draws the figures of the page as SVG, with a description in words."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from autograder.results.error_map import OFF

_SIDE, _GAP = 18, 2


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
