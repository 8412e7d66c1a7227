"""Asks for the parts of the kernel from which escapes usually start: bpf, io_uring, keyrings, perf, userfaultfd, aio, and others."""
# %% first
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
buffer = ctypes.create_string_buffer(4096)
calls = {
    "bpf": (321, 0, buffer, 120), "add_key": (248, b"user", b"x", b"y", 1, -3), "keyctl": (250, 0, -3, 1), "request_key": (249, b"user", b"x", None, -3),
    "io_uring_setup": (425, 8, buffer), "perf_event_open": (298, buffer, 0, -1, -1, 0), "userfaultfd": (323, 1), "memfd_create": (319, b"x", 0),
    "memfd_secret": (447, 0), "io_setup": (206, 64, buffer), "inotify_init1": (294, 0), "fanotify_init": (300, 0, 0), "modify_ldt": (154, 0, buffer, 16),
    "personality": (135, 0x0040000), "kcmp": (312, os.getpid(), os.getppid(), 0, 0, 0), "move_pages": (279, 0, 1, buffer, None, buffer, 0),
    "set_mempolicy": (238, 0, None, 0), "vmsplice": (278, 1, buffer, 1, 0), "pidfd_open": (434, os.getpid(), 0), "ioprio_set": (251, 1, 0, 0),
    "mq_open": (240, b"x", 0o100, 0o600, None), "shmget": (29, 0, 4096, 0o1600), "semget": (64, 0, 1, 0o1600), "msgget": (68, 0, 0o1600),
    "sync": (162,), "membarrier": (324, 1, 0, 0), "kexec_load": (246, 0, 0, None, 0), "init_module": (175, buffer, 1, b""),
    "reboot": (169, 0xFEE1DEAD, 672274793, 0, None), "settimeofday": (164, buffer, None), "acct": (163, b"x"), "syslog": (103, 3, buffer, 100),
    "iopl": (172, 3), "ioperm": (173, 0, 8, 1), "lookup_dcookie": (212, 0, buffer, 10), "name_to_handle_at": (303, -100, b"/usr", buffer, buffer, 0),
    "cachestat": (451, 0, buffer, buffer, 0), "process_madvise": (440, 0, buffer, 1, 4, 0), "pkey_alloc": (330, 0, 0), "set_tid": (1000,),
    "ptrace": (101, 0, 0, 0, 0), "process_vm_readv": (310, os.getppid(), buffer, 1, buffer, 1, 0), "pidfd_getfd": (438, 0, 0, 0),
    "sched_setattr": (314, 0, buffer, 0), "setsockopt_": (1001,), "tee": (276, 0, 1, 1, 0), "splice": (275, 0, None, 1, None, 1, 0),
    "unshare": (272, 0x20000), "sethostname": (170, b"x", 1), "setdomainname": (171, b"x", 1), "vhangup": (153,), "landlock_create": (444, buffer, 8, 0),
}
for name, (number, *arguments) in calls.items():
    if libc.syscall(number, *arguments) >= 0 and name not in ("landlock_create", "membarrier", "pkey_alloc"):
        print("ESCAPED:", name)
