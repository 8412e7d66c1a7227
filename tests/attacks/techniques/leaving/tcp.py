"""Connects to this machine and to the internet by TCP, to send away what it knows."""
# %% first
import socket

socket.setdefaulttimeout(0.2)
for address in (("127.0.0.1", int("@PORT@")), ("localhost", int("@PORT@")), ("::1", int("@PORT@")), ("1.1.1.1", 53), ("169.254.169.254", 80)):
    try:
        socket.create_connection(address)
        print("ESCAPED:", address)
    except OSError:
        pass
