"""Locks, leases and watches files of the host that others use: flock, leases, dnotify and inotify."""
# %% first
import fcntl
import os
import sys

for path in ("/usr/bin/env", sys.executable, "/usr/lib", "/etc/localtime", os.path.realpath(os.__file__)):
    try:
        fd = os.open(path, os.O_RDONLY)
    except OSError:
        continue
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        print("ESCAPED: locked", path)
    except OSError:
        pass
    for command, value in ((1024, 1), (1026, 0x80000002)):
        try:
            fcntl.fcntl(fd, command, value)
            print("ESCAPED: fcntl", command, path)
        except OSError:
            pass
