"""What a student may have written as the time of a submission is read in a few formats, and never raises."""

from datetime import datetime
from pathlib import Path

import pytest

from autograder.course.submitted.times import MAX_STAMP, parse_time, submission_time


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("2026-01-02 12:04:05.000000 UTC\n", 12),
        ("2026-01-02 12:04:05", 12),
        ("2026-01-02T12:04:05Z", 12),
        ("2026-01-02 12:04:05.0 America/Los_Angeles", 20),
        ("2026-01-02 12:04:05 CET", 11),
        ("2026-01-02 12:04:05 +0100", 11),
        ("2026-01-02 12:04:05-01:00", 13),
        ("2026-01-02-12-04-05", 12),
        ("20260102120405", 12),
        ("2026-01-02 12:04:05 Europe/Nowhere", 12),
        ("2026-01-02 12:04:05 Europe", 12),
    ],
)
def test_times_are_read_as_utc(text: str, hour: int) -> None:
    assert parse_time(text) == datetime(2026, 1, 2, hour, 4, 5)  # noqa: DTZ001  # nbgrader stores naive UTC


@pytest.mark.parametrize(
    "text",
    [
        *("", "yesterday-ish", "9" * 30 + "h", "2020-01-01 00:00 UTC,0,365", "2020-01-01 00:00 /etc/localtime"),
        *(
            "2020-01-01 00:00 Europe/../../x",
            "2026-02-30 00:00:00",
            "2026-01-30-20-30-99",
            "9" * 40,
            "²026-01-01 00:00",
        ),
        *("²026-01-01 00:00", "0001-01-01 00:00:00 +1400", "9999-12-31 23:59:59 -1400", "2020-01-01 00:00:00 +9900"),
    ],
)
def test_anything_else_is_no_time(text: str) -> None:
    assert parse_time(text) is None


@pytest.mark.parametrize("data", [b"\xff", b"\xed\xa0\x80", b"2026-01-02 03:04:05" + b" " * MAX_STAMP])
def test_a_timestamp_that_is_no_text_or_long_is_none(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "timestamp.txt").write_bytes(b"2026-01-02 03:04:05 UTC\n")
    assert submission_time(tmp_path)
    (tmp_path / "timestamp.txt").write_bytes(data)
    assert submission_time(tmp_path) is None


def test_no_timestamp_is_none(tmp_path: Path) -> None:
    assert submission_time(tmp_path) is None
    (tmp_path / "timestamp.txt").mkdir()
    assert submission_time(tmp_path) is None
