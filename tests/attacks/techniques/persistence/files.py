"""Leaves files in every folder that it can write to, also under names that are hidden or read at a start."""
# %% first
import os

home = os.environ["HOME"]
for folder in (".", home, "/tmp", "/dev/shm", "/var/tmp", "/run/lock", os.environ.get("TMPDIR", "."), os.environ.get("MPLCONFIGDIR", ".")):
    for name in ("@MARK@", ".@MARK@", "sitecustomize.py", "matplotlibrc"):
        try:
            os.makedirs(folder, exist_ok=True)
            with open(os.path.join(folder, name), "w") as file:
                file.write("import os; os._exit(1)\n")
        except OSError:
            pass
