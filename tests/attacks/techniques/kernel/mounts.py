"""Mounts file systems, binds folders, makes read-only mounts writable, and changes the root, by old and new calls."""
# %% first
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
os_calls = {
    "tmpfs": lambda: libc.mount(b"none", b"/home/student/tmp", b"tmpfs", 0, None),
    "proc": lambda: libc.mount(b"none", b"/home/student/tmp", b"proc", 0, None),
    "bind": lambda: libc.mount(b"/usr", b"/home/student/tmp", None, 4096, None),
    "remount": lambda: libc.mount(b"none", b"/usr", None, 32 | 4096, None),
    "umount": lambda: libc.umount2(b"/usr", 2),
    "pivot_root": lambda: libc.syscall(155, b"/home/student", b"/home/student/tmp"),
    "chroot": lambda: libc.chroot(b"/home/student"),
    "fsopen": lambda: libc.syscall(430, b"tmpfs", 0),
    "open_tree": lambda: libc.syscall(428, -100, b"/usr", 1),
    "mount_setattr": lambda: libc.syscall(442, -100, b"/usr", 0, ctypes.create_string_buffer(32), 32),
    "swapon": lambda: libc.syscall(167, b"x", 0),
    "quotactl": lambda: libc.syscall(179, 0, 0, 0, 0),
}
for name, call in os_calls.items():
    if call() >= 0:
        print("ESCAPED:", name)
