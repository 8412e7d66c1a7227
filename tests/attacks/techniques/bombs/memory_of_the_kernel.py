"""Fills pipes, socket buffers, and queues of descriptors, which no limit on memory of its own counts."""
# %% first
import array
import fcntl
import os
import socket

held = []
try:
    while True:
        read, write = os.pipe()
        held += [read, write]
        fcntl.fcntl(write, 1031, 2**20)
        os.set_blocking(write, False)
        os.write(write, bytes(2**20))
except OSError as error:
    print(len(held), error)
for fd in held:
    os.close(fd)
pairs = []
try:
    while True:
        a, b = socket.socketpair()
        pairs += [a, b]
        a.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2**30)
        a.setblocking(False)
        a.sendmsg([bytes(2**17)], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [b.fileno()]))])
except OSError as error:
    print(len(pairs), error)
