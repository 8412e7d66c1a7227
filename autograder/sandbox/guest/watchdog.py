"""What the first process of a sandbox does: it reaps the others, and watches over their memory.

The limits of setrlimit hold for each process. Where there are no control groups, this process adds up what all of them
use. It has the same privileges as the student's, but nothing in its own pid namespace can end it.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path

_PERIOD = 0.2
_OVERHEAD_MB = 256
"""What the first processes have before the student's code runs."""


def reap_until_end(student: int, memory_mb: int) -> None:
    """Reaps processes until the student's has ended; kills all above ``memory_mb``, or never when that is 0."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
    while not _has_ended(student):
        if memory_mb:
            signal.sigtimedwait({signal.SIGCHLD}, _PERIOD)
            if _use_more_than((memory_mb + _OVERHEAD_MB) * 2**20):
                os.kill(-1, signal.SIGKILL)
        else:
            signal.sigwait({signal.SIGCHLD})


def _has_ended(student: int) -> bool:
    """Reaps every process that has ended, and returns whether the student's is among them."""
    while True:
        pid, _ = os.waitpid(-1, os.WNOHANG)
        if pid in (0, student):
            return pid == student


def _use_more_than(limit: int) -> bool:
    """Returns whether all other processes use more bytes together; adds up shared pages only when that may matter."""
    others = [pid for pid in os.listdir("/proc") if pid.isdigit() and pid != str(os.getpid())]
    return sum(map(_resident, others)) > limit and sum(map(_proportional, others)) > limit


def _resident(pid: str) -> int:
    """Returns the bytes of a process that are in memory, 0 if it has ended."""
    try:
        return int(Path("/proc", pid, "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def _proportional(pid: str) -> int:
    """Returns the bytes of a process in memory, with its share of those that it has in common with others."""
    try:
        lines = Path("/proc", pid, "smaps_rollup").read_text().splitlines()
    except PermissionError:  # it hides its memory
        return _resident(pid)
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
