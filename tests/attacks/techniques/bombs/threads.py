"""Starts threads until no more can be started; with them, no copy of the process can be made."""
# %% first
import threading
import time

try:
    for _ in range(10_000):
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
except (RuntimeError, MemoryError) as error:
    print(error)
