"""Draws the figures of the class page as SVG, and turns figures and tables into links to download them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import groupby
from urllib.parse import quote

from markupsafe import Markup, escape

from autograder.reporting.analysis import BINS, Item
from autograder.reporting.class_data import Mark, Row

LEVELS = 5
"""Steps of the colour scale of a heat map, from nothing to full points."""

_COLOURS = ("#b3261e", "#e07b39", "#f2c14e", "#a8cf8e", "#2e8b57")
"""The colours of a downloaded heat map by level; those of the page are in class_page.css."""

_PENDING = "#9aa4b2"


def level(mark: Mark) -> int | None:
    """Returns the step of the colour scale: 0 for nothing, 4 for full points; None while nothing is graded."""
    if mark.share is None:
        return None
    if mark.share >= 1 - 1e-6:
        return LEVELS - 1
    return 0 if mark.share <= 1e-6 else min(LEVELS - 2, 1 + int(mark.share * (LEVELS - 2)))


def histogram(counts: Sequence[int]) -> Markup:
    """Draws bars of ten percent each, with the number of students above each bar."""
    width, height, base = 40, 120, 130
    highest = max(counts, default=0) or 1
    parts = []
    for place, count in enumerate(counts):
        size = height * count / highest
        left = place * width
        parts.append(
            f'<rect class="bar" x="{left + 3}" y="{base - size:.1f}" width="{width - 6}" height="{size:.1f}"/>'
        )
        parts.append(_text(left + width / 2, base - size - 5, str(count)) if count else "")
        parts.append(_text(left + width / 2, base + 18, str(100 * place // BINS)))
    parts.append(_text(BINS * width / 2, base + 38, "score in percent of what is graded"))
    label = "Students by score: " + ", ".join(f"{10 * n} %: {count}" for n, count in enumerate(counts))
    return _svg(BINS * width, base + 46, parts, label, top=-20)


def bars(items: Sequence[Item]) -> Markup:
    """Draws the mean of each question as a bar from 0 to 100 percent."""
    left, width, step = 56, 270, 22
    parts = []
    for place, item in enumerate(items):
        y = place * step
        share = (item.mean or 0.0) / 100
        text = "–" if item.mean is None else f"{item.mean:.0f} %"
        parts += [
            _text(left - 8, y + 16, item.question.label[:9], anchor="end"),
            f'<rect class="track" x="{left}" y="{y + 3}" width="{width}" height="{step - 6}"/>',
            f'<rect class="bar" x="{left}" y="{y + 3}" width="{min(1.0, share) * width:.1f}" height="{step - 6}"/>',
            _text(left + width + 8, y + 16, text, anchor="start"),
        ]
    label = "Mean percentage of each question"
    return _svg(left + width + 56, max(1, len(items)) * step, parts, label)


def heat_map(rows: Sequence[Row]) -> Markup:
    """Draws students by questions for downloading; each colour is one path, so that a large class stays small."""
    paths: dict[int | None, list[str]] = defaultdict(list)
    for y, row in enumerate(rows):
        x = 0
        for step, run in groupby(map(level, row.marks)):
            length = len(list(run))
            paths[step].append(f"M{x} {y}h{length}")
            x += length
    colours = {step: _PENDING if step is None else _COLOURS[step] for step in paths}
    parts = [
        f'<path transform="translate(0 .5)" stroke="{colours[step]}" d="{"".join(path)}"/>'
        for step, path in paths.items()
    ]
    columns = len(rows[0].marks) if rows else 1
    return _svg(columns, max(1, len(rows)), parts, "Students by questions", scale=8)


def _text(x: float, y: float, text: str, *, anchor: str = "middle") -> Markup:
    return Markup('<text x="{:g}" y="{:.1f}" text-anchor="{}">{}</text>').format(x, y, anchor, text)


def _svg(width: float, height: float, parts: Iterable[str], label: str, *, top: float = 0, scale: int = 1) -> Markup:
    size = "" if scale == 1 else f' width="{width * scale:g}" height="{height * scale:g}"'
    box = f"0 {top:g} {width:g} {height - top:g}"
    head = f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{escape(label)}" viewBox="{box}"{size}>'
    return Markup(f"{head}{''.join(parts)}</svg>")  # noqa: S704 - the parts are numbers and escaped text


_STANDALONE = "<style>text{font:13px sans-serif}.bar{fill:#2f6db5}.track{fill:#e4e8ee}</style>"


def svg_link(svg: str) -> str:
    """Returns a link that holds the picture, with the few styles it needs outside of the page."""
    return "data:image/svg+xml," + quote(svg.replace(">", f">{_STANDALONE}", 1), safe=" /:='<>;,()")


def csv_link(text: str) -> str:
    """Returns a link that holds a CSV file, with the byte order mark that spreadsheets need to read it as UTF-8."""
    return "data:text/csv;charset=utf-8,%EF%BB%BF" + quote(text, safe=" ,/:=()")
