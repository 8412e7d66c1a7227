"""Signals, stops and traces processes outside, and the first process of its own sandbox."""
# %% first
import ctypes
import os
import signal

libc = ctypes.CDLL(None, use_errno=True)
own = {os.getpid(), os.getppid()}
for pid in [1, -1, int("@PID@"), *range(2, 200)]:
    if pid in own or pid == -1:
        continue
    try:
        os.kill(pid, signal.SIGSTOP if pid != 1 else 0)
        if pid == int("@PID@"):
            print("ESCAPED: signalled the grader")
    except OSError:
        pass
for number in (9, 15, 19):
    os.kill(1, number) if os.getpid() != 1 else None
