"""Reads passwords, keys and histories of the machine."""
# %% first
import glob

for pattern in ("/etc/shadow", "/etc/passwd", "/etc/ssh/*", "/root/.*", "/home/*/.ssh/*", "/var/lib/*/*", "/etc/sudoers", "/etc/hosts", "/proc/keys", "/boot/*", "/sys/kernel/*", "/proc/kcore", "/proc/sys/kernel/core_pattern_"):
    for path in glob.glob(pattern):
        try:
            if open(path, "rb").read(10):
                print("ESCAPED:", path)
        except OSError:
            pass
