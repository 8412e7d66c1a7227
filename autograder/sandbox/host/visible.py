"""Chooses what students' code can read of this machine: parts of the system and of Python, never a whole prefix.

A prefix (/usr, /usr/local, /opt/conda, a virtual environment) may also hold a course, a gradebook or nbgrader's
exchange.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path

from autograder.errors import IsolationMissing

_SYSTEM = (
    "/bin /sbin /usr/sbin /lib /lib32 /lib64 /libx32 /usr/local/cuda/lib64 "
    "/etc/ld.so.cache /etc/alternatives /etc/localtime /etc/mime.types /etc/fonts /etc/terminfo /etc/matplotlibrc "
    "/etc/ssl/certs /etc/ssl/cert.pem /etc/ssl/openssl.cnf "
    "/etc/pki/tls/certs /etc/pki/tls/cert.pem /etc/pki/tls/openssl.cnf /etc/pki/ca-trust/extracted"
).split()

_IN_A_PREFIX = (
    "bin lib lib32 lib64 libx32 pyvenv.cfg ssl/cacert.pem ssl/cert.pem etc/fonts fonts "
    "share/fonts share/fontconfig share/zoneinfo share/terminfo share/ca-certificates share/matplotlib"
).split()
"""The subtrees of a prefix; ``lib`` holds the standard library, site-packages and shared libraries."""


def visible_paths(extra: Iterable[str] = ()) -> tuple[str, ...]:
    """Returns the host paths that Python and ``!`` commands need, and ``extra``; none is inside another.

    They are files, folders, and the symbolic links on the way to them.
    """
    prefixes = dict.fromkeys(("/usr", "/usr/local", sys.base_prefix, sys.base_exec_prefix, sys.prefix, sys.exec_prefix))
    inside = (os.path.join(prefix, name) for prefix in prefixes for name in _IN_A_PREFIX)
    wanted = (os.path.abspath(path) for path in (*_SYSTEM, *inside, sys.executable, *extra))
    steps = dict.fromkeys(step for path in wanted if os.path.exists(path) for step in _way_to(path))
    folders = [f"{step}/" for step in steps if os.path.isdir(step) and not os.path.islink(step)]
    return tuple(step for step in steps if not any(step.startswith(folder) for folder in folders))


def _way_to(path: str) -> list[str]:
    """Returns the symbolic links on the way to an existing path, followed by the path without any."""
    links, real = [], "/"
    for part in Path(path).parts[1:]:
        step = os.path.join(real, part)
        if os.path.islink(step):
            *more, real = _way_to(os.path.normpath(os.path.join(real, os.readlink(step))))
            links += [step, *more]
        else:
            real = step
    return [*links, real]


def refuse_visible(private: Iterable[str], visible: Iterable[str]) -> None:
    """Raises IsolationMissing when one of the ``private`` paths is, or is inside, one of the ``visible`` paths."""
    shown = [path for path in visible if not os.path.islink(path)]
    for path in private:
        real = os.path.realpath(path)
        for folder in shown:
            if real == folder or real.startswith(f"{folder}/"):
                raise IsolationMissing(
                    f"nothing was graded: {path!r} is inside {folder!r}, which students' code can read; move it to "
                    "another folder (below a home directory, say), or change the setting in nbgrader_config.py that "
                    "names it"
                )
