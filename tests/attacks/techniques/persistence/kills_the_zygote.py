"""Kills the first process of its sandbox, its group, its session, and everything it may signal."""
# %% first
import os
import signal

for act in (lambda: os.kill(1, signal.SIGKILL), lambda: os.killpg(0, signal.SIGCONT), lambda: os.kill(os.getppid(), signal.SIGTERM), lambda: os.kill(-1, signal.SIGKILL)):
    try:
        act()
    except OSError:
        pass
