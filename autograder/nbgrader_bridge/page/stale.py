"""Marks feedback pages that were made before a submission was graded again: they say so, and are then made again."""

from __future__ import annotations

import contextlib
from pathlib import Path

from autograder.results.store import write_atomically

_CURRENT, _STALE = b'<body class="current">', b'<body class="stale">'


def is_stale(folder: Path) -> bool:
    """Returns whether a page in a folder is marked as out of date."""
    with contextlib.suppress(OSError):
        return any(_STALE in page.read_bytes() for page in folder.glob("*.html"))
    return False


def mark_stale(folder: Path) -> None:
    """Makes the pages in a folder show that they are out of date; the sentence is in every page, but not displayed."""
    for page in folder.glob("*.html"):
        with contextlib.suppress(OSError):  # the page of somebody else, or removed by now: grading goes on
            html = page.read_bytes()
            if not page.is_symlink() and _CURRENT in html:
                write_atomically(page, html.replace(_CURRENT, _STALE, 1))
