"""Configures logging for the command line: a file in reports/logs/ per run, and stderr with ``--verbose``.

Modules log to ``logging.getLogger(__name__)``; only this module adds handlers. Worker processes send their log records
to the main process, so that each run has a single log file.
"""

from __future__ import annotations

import logging
import os
import sys
import time
from pathlib import Path

MAX_LOG_FILES = 50
"""When a new log file is started, the oldest ones beyond this number are deleted."""

_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def to_stderr() -> None:
    """Logs to stderr."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    _add(handler)


def to_file(folder: Path, command: str) -> Path:
    """Logs to a new file in ``folder`` that is named after the time and the ``command``, and returns its path.

    The file is created when the first record is logged. Raises OSError when the folder cannot be created.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for old in sorted(folder.glob("*.log"))[: -MAX_LOG_FILES + 1]:
        old.unlink(missing_ok=True)
    path = folder / f"{time.strftime('%Y%m%dT%H%M%S')}-{command}-{os.getpid()}.log"
    handler = logging.FileHandler(path, encoding="utf-8", errors="backslashreplace", delay=True)
    handler.setFormatter(logging.Formatter(_FORMAT))
    _add(handler)
    return path


def _add(handler: logging.Handler) -> None:
    """Adds a handler and removes an earlier one of the same type, because a process may run several commands."""
    logger = logging.getLogger("autograder")
    for old in [old for old in logger.handlers if type(old) is type(handler)]:
        logger.removeHandler(old)
        old.close()
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
