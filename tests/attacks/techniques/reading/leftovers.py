"""Looks for what earlier submissions left in every folder that programs share."""
# %% first
import os

for folder in ("/tmp", "/var/tmp", "/dev/shm", "/run", "/var/run", "/run/user", "/home", "/root", "/mnt", "/media", "/srv", os.environ.get("TMPDIR", "")):
    for root, folders, files in os.walk(folder):
        for name in files:
            path = os.path.join(root, name)
            print(path)
            try:
                if "@MARK@" in name or "CANA" + "RY" in open(path, errors="replace").read(10_000):
                    print("ESCAPED:", path)
            except OSError:
                pass
