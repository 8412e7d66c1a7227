"""Connects to sockets of this machine by path and by abstract name, and sends a descriptor over them."""
# %% first
import array
import glob
import socket

for address in ("@SOCKET@", "\0@ABSTRACT@", "/run/docker.sock", "/var/run/dbus/system_bus_socket", "/run/systemd/private", "/run/nscd/socket"):
    with socket.socket(socket.AF_UNIX) as s:
        try:
            s.connect(address)
            s.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [0]))])
            print("ESCAPED:", address)
        except OSError:
            pass
