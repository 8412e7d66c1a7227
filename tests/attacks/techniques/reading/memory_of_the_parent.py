"""Reads the memory of the first process and of the grader by ptrace, process_vm_readv, pidfd_getfd and /proc."""
# %% first
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
for pid in (1, os.getppid(), int("@PID@")):
    if pid == os.getpid():
        continue
    for path in (f"/proc/{pid}/mem", f"/proc/{pid}/maps", f"/proc/{pid}/auxv", f"/proc/{pid}/fd/3"):
        try:
            open(path, "rb").read(1)
            print("ESCAPED:", path)
        except OSError:
            pass
    if libc.ptrace(16, pid, 0, 0) == 0 or libc.ptrace(0x4206, pid, 0, 0) == 0:
        print("ESCAPED: traces", pid)
    pidfd = libc.syscall(434, pid, 0)
    if pidfd >= 0 and libc.syscall(438, pidfd, 3, 0) >= 0:
        print("ESCAPED: a descriptor of", pid)
