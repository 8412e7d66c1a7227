"""Fills its folder, and every other that it can write to."""
# %% first
for folder in (".", "/tmp", "/dev/shm", "/var/tmp", "/home/student"):
    try:
        with open(folder + "/@MARK@-big", "wb") as file:
            while True:
                file.write(bytes(2**22))
    except OSError as error:
        print(folder, error)
