"""Runs Python in a view of this machine that is arranged differently, as root or as nobody."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="the machine is rearranged for this, which takes root")

AS_NOBODY = "exec setpriv --reuid=65534 --regid=65534 --clear-groups "


def python(*prefix: str, code: str, executable: str = sys.executable) -> subprocess.CompletedProcess[str]:
    """Runs code, from the checkout, after a command such as ``setpriv ...``."""
    command = [*prefix, executable, "-c", code]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, cwd=ROOT)


def rearranged(script: Path, lines: Iterable[str], *, nobody: bool = False) -> tuple[str, ...]:
    """Returns a command line before which Python runs in a mount namespace of its own, after these lines of bash."""
    if shutil.which("unshare") is None or shutil.which("setpriv") is None:
        pytest.skip("util-linux's unshare and setpriv are not installed")
    more = _open_to_nobody({sys.base_prefix, sys.prefix, str(ROOT)}) if nobody else []
    text = "\n".join([*lines, *more, (AS_NOBODY if nobody else "exec ") + '"$@"'])
    script.write_text(text, encoding="utf-8")
    return ("unshare", "--mount", "--propagation=private", "bash", "-eu", str(script))


def _open_to_nobody(folders: set[str]) -> list[str]:
    """Returns lines after which a folder of root's that is in the way holds only what nobody needs below it."""
    needed = sorted(Path(folder).resolve() for folder in folders)
    closed = {next((p for p in reversed(path.parents) if not p.stat().st_mode & 0o001), None) for path in needed}
    lines = ["mount -t tmpfs -o mode=755 none /mnt"]
    for number, home in enumerate(sorted(path for path in closed if path)):
        lines += [
            f"mkdir /mnt/{number}",
            f"mount --rbind {home} /mnt/{number}",
            f"mount -t tmpfs -o mode=755 none {home}",
        ]
        for path in (path for path in needed if home in path.parents):
            lines += [f"mkdir -p {path}", f"mount --rbind /mnt/{number}/{path.relative_to(home)} {path}"]
    return [*lines, "mount -t tmpfs -o mode=755 none /mnt"]


def user_namespaces_are_possible(prefix: tuple[str, ...]) -> bool:
    """Whether Python after this command line can make a user namespace."""
    code = "import ctypes, sys; sys.exit(ctypes.CDLL(None).unshare(0x10000000) != 0)"
    return python(*prefix, code=code).returncode == 0
