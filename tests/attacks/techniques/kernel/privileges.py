"""Gets other users, groups, capabilities and priorities: by calls, by programs that change the user, and by files in /proc."""
# %% first
import ctypes
import os
import resource
import subprocess

libc = ctypes.CDLL(None, use_errno=True)
for name, arguments in {"setuid": (0,), "setgid": (0,), "setresuid": (0, 0, 0), "setgroups": (1, (ctypes.c_uint * 1)(0)), "setpriority": (0, 0, -10)}.items():
    if getattr(libc, name)(*arguments) == 0 and os.getuid() != 0:
        print("ESCAPED:", name)
for command in (["su", "-c", "id"], ["sudo", "-n", "id"], ["mount"], ["newgrp"], ["passwd", "-S"], ["unshare", "-Ur", "id"], ["pkexec", "id"]):
    try:
        said = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=1).stdout
        if "uid=0" in said:
            print("ESCAPED:", command)
    except (OSError, subprocess.SubprocessError):
        pass
for path, text in {"/proc/self/oom_score_adj": "-1000", "/proc/sysrq-trigger": "c", "/proc/sys/kernel/core_pattern": "|/bin/sh", "/proc/self/uid_map": "0 0 1", "/proc/sys/vm/drop_caches": "3", "/proc/1/oom_score_adj": "1000", "/proc/sys/kernel/hostname": "x"}.items():
    try:
        with open(path, "w") as file:
            file.write(text)
        print("ESCAPED:", path)
    except OSError:
        pass
for name in ("RLIMIT_AS", "RLIMIT_NPROC", "RLIMIT_NOFILE", "RLIMIT_CPU", "RLIMIT_FSIZE", "RLIMIT_MEMLOCK", "RLIMIT_NICE", "RLIMIT_RTPRIO"):
    try:
        resource.setrlimit(getattr(resource, name), (resource.RLIM_INFINITY,) * 2)
        print("ESCAPED:", name)
    except (OSError, ValueError):
        pass
