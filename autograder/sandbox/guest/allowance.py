"""What a student's code may use while it runs: so many seconds, and so many open files."""

from __future__ import annotations

import contextlib
import resource
import signal
from types import FrameType

_TICK = 0.25

OPEN_FILES, OPEN_FILES_OF_ENGINE = 256, 16
"""Files that the student's code may have open, and how many more this process may have while that code does not run.

Without the second number, a notebook that leaves all of its files open could not be copied for the hidden tests.
"""


class Interrupted(BaseException):
    """Raised inside code that has used up its time; not an Exception, so `except Exception` does not catch it."""


class Allowance:
    """Limits the student's code between ``start`` and ``stop``.

    When the time is up, it raises Interrupted in the main thread, and again every ``_TICK`` in case it was caught.
    """

    def __init__(self) -> None:
        self.rang = False
        self._armed = False
        signal.signal(signal.SIGALRM, self._ring)

    def start(self, seconds: float) -> None:
        """Starts the clock."""
        self.rang, self._armed = False, True
        _limit_open_files(OPEN_FILES)
        signal.setitimer(signal.ITIMER_REAL, seconds, _TICK)

    def stop(self) -> None:
        """Stops the clock; does nothing when it does not run."""
        if self._armed:
            self._armed = False
            signal.setitimer(signal.ITIMER_REAL, 0)
            _limit_open_files(OPEN_FILES + OPEN_FILES_OF_ENGINE)

    def _ring(self, number: int, frame: FrameType | None) -> None:
        if self._armed:
            self.rang = True
            raise Interrupted("the time is up")


def _limit_open_files(number: int) -> None:
    """Sets the soft limit; the student's code may have lowered the hard limit, which is its own business."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(number, hard), hard))
