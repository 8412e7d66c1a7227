"""Reads the hidden tests, the solution and the settings of the course by their absolute paths, and runs the solution."""
# %% first
import glob
import json
import os

for folder in ("@COURSE@", os.path.realpath("@COURSE@"), "/proc/1/root@COURSE@", "/proc/self/root@COURSE@", "/.old@COURSE@"):
    for path in glob.glob(folder + "/**/*", recursive=True):
        try:
            text = open(path).read()
        except (OSError, UnicodeDecodeError):
            continue
        print("ESCAPED:", path, text[:2000])
        if path.endswith(".ipynb") and "solution" in path:
            for cell in json.loads(text)["cells"]:
                if cell["cell_type"] == "code":
                    exec("".join(cell["source"]), globals())
