"""Reads when a submission was handed in, from text that a student may have written: in a few plain formats only.

A parser that takes whatever looks like a time also takes what makes it fail, and reads time zones from any file.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

NOTES = ("timestamp.txt", "submission_secret.txt")
"""What nbgrader's exchange adds to a submission; it releases feedback under a name made of the secret."""
MAX_STAMP = 1000
"""The largest of these files that is read, in bytes."""

_PART = r"[A-Za-z][\w+-]{0,31}"
_TIME = re.compile(
    r"(\d{4})[-/]?(\d\d)[-/]?(\d\d)[ T_-]?(\d\d)[:.-]?(\d\d)(?:[:.-]?(\d\d)(?:\.(\d{1,6}))?)?"
    rf"(?: ?(?P<sign>[+-])(?P<hours>\d\d):?(?P<minutes>\d\d)| ?(?P<zone>{_PART}(?:/{_PART}){{0,2}}))?",
    re.ASCII,
)


def parse_time(text: str) -> datetime | None:
    """Reads a time such as ``2026-01-30 15:58:23.9 Europe/Berlin`` as UTC without a zone; None where it is no time.

    Zones are offsets or names of the system's. Any other name counts as UTC, as it does for nbgrader.
    """
    match = _TIME.fullmatch(text.strip())
    if not match:
        return None
    year, month, day, hour, minute, second, fraction = match.groups()[:7]
    numbers = map(int, (year, month, day, hour, minute, second or 0, (fraction or "").ljust(6, "0")))
    try:
        moment = datetime(*numbers, tzinfo=_zone(match))  # type: ignore[arg-type,misc]
        return moment.astimezone(timezone.utc).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return None


def _zone(match: re.Match[str]) -> timezone | ZoneInfo:
    if match["sign"]:
        offset = timedelta(hours=int(match["hours"]), minutes=int(match["minutes"]))
        return timezone(-offset if match["sign"] == "-" else offset)
    try:
        return ZoneInfo(match["zone"]) if match["zone"] not in (None, "Z", "UTC") else timezone.utc
    except (KeyError, ValueError, OSError):  # unknown; or a file or folder beside the zones
        return timezone.utc


def submission_time(folder: Path) -> datetime | None:
    """Reads a submission's timestamp.txt; returns None when it is missing, a link, too large, or no time."""
    return parse_time(read_note(folder / "timestamp.txt") or "")


def read_note(path: Path) -> str | None:
    """Reads a small text file that a student may have written; returns None when it is none, or a link."""
    try:
        if not path.is_file() or path.is_symlink() or path.stat().st_size > MAX_STAMP:
            return None
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return None
