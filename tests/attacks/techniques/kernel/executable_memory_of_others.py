"""Changes code that other processes share: by writing to mapped libraries, by ptrace of itself and by /proc/self/mem."""
# %% first
import mmap
import os

path = os.path.realpath("/proc/self/exe")
before = open(path, "rb").read(4096)
fd = os.open(path, os.O_RDONLY)
private = mmap.mmap(fd, 4096, flags=mmap.MAP_PRIVATE, prot=mmap.PROT_READ | mmap.PROT_WRITE)
private[:4] = b"XXXX"
with open("/proc/self/mem", "r+b", 0) as memory, open("/proc/self/maps") as maps:
    for line in maps:
        if path in line and "r-xp" in line:
            memory.seek(int(line.split("-")[0], 16))
            start = memory.read(16)
            memory.seek(int(line.split("-")[0], 16))
            memory.write(start)
            break
if open(path, "rb").read(4096) != before:
    print("ESCAPED: changed", path)
