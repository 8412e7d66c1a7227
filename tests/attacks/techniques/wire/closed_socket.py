"""Closes its socket, shuts one direction of it, and replaces it by another."""
# %%
import gc
import os
import socket

channel = next(o for o in gc.get_objects() if type(o).__name__ == "Channel" and o.sock.fileno() >= 0)
mine, other = socket.socketpair()
channel.sock.shutdown(socket.SHUT_RD)
os.dup2(mine.fileno(), channel.sock.fileno())
