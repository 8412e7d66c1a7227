"""Writes, renames, links, changes modes and times outside of its home, and by names that lead there."""
# %% first
import os
import sys

FOLDERS = ["/", "/usr", "/usr/bin", "/etc", "/dev", "/proc", "/home", "/var/tmp", "/opt", os.path.dirname(os.__file__)]
if not os.path.realpath(sys.prefix).startswith("/home/student/"):  # /tmp is in its home, also for a Python below /tmp
    FOLDERS.append(sys.prefix)
for folder in FOLDERS:
    for act in (
        lambda: open(folder + "/@MARK@", "w"),
        lambda: os.mkdir(folder + "/@MARK@-folder"),
        lambda: os.symlink("x", folder + "/@MARK@-link"),
        lambda: os.chmod(folder, 0o777),
        lambda: os.utime(folder, (0, 0)),
        lambda: os.setxattr(folder, "user.x", b"x"),
        lambda: os.open(folder, os.O_TMPFILE | os.O_WRONLY),
    ):
        try:
            act()
            print("ESCAPED: writes to", folder)
        except OSError:
            pass
for name in ("/usr/bin/env", os.__file__, sys.executable):
    for flags in (os.O_WRONLY, os.O_RDWR | os.O_TRUNC, os.O_WRONLY | os.O_APPEND):
        try:
            os.open(name, flags)
            print("ESCAPED: opens for writing", name)
        except OSError:
            pass
