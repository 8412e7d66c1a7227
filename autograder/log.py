"""Logging of a run of the command line: a file under reports/logs/, and stderr with ``--verbose``.

Modules log to ``logging.getLogger(__name__)``; nothing but this module configures handlers. Worker processes send what
they log along with their answers, so a run has one file.
"""

from __future__ import annotations

import logging
import os
import sys
import time
from pathlib import Path

KEPT = 50
"""Log files; older ones are removed when a new one is started."""

_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def to_stderr() -> None:
    """Shows everything that is logged on stderr."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    _add(handler)


def to_file(folder: Path, command: str) -> Path:
    """Writes everything that is logged from now on to a new file in ``folder``, and returns its path.

    The file is made with the first line. Raises OSError when the folder cannot be made.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for old in sorted(folder.glob("*.log"))[: -KEPT + 1]:
        old.unlink(missing_ok=True)
    path = folder / f"{time.strftime('%Y%m%dT%H%M%S')}-{command}-{os.getpid()}.log"
    handler = logging.FileHandler(path, encoding="utf-8", errors="backslashreplace", delay=True)
    handler.setFormatter(logging.Formatter(_FORMAT))
    _add(handler)
    return path


def _add(handler: logging.Handler) -> None:
    """Adds a handler, in place of an earlier one of the same kind: a process may run several commands."""
    logger = logging.getLogger("autograder")
    for old in [old for old in logger.handlers if type(old) is type(handler)]:
        logger.removeHandler(old)
        old.close()
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
