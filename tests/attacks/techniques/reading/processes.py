"""Lists the processes of the machine, their command lines, folders and open files."""
# %% first
import os

for pid in [*range(1, 300), int("@PID@")]:
    for link in ("cwd", "exe", "root"):
        try:
            where = os.readlink(f"/proc/{pid}/{link}")
            print(pid, link, where)
            if "@COURSE@" in where:
                print("ESCAPED:", pid, where)
        except OSError:
            pass
if len([name for name in os.listdir("/proc") if name.isdigit()]) > 8:
    print("ESCAPED: other processes are there")
