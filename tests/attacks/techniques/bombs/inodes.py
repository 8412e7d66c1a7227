"""Makes files, folders and links without end."""
# %% first
import itertools
import os

for number in itertools.count():
    try:
        os.makedirs(f"many/{number}/a")
        os.symlink("x", f"many/{number}/b")
    except OSError as error:
        print(number, error)
        break
