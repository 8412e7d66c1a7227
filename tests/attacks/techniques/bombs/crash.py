"""Crashes the interpreter, in the notebook and in a call."""
# %% first
import ctypes

ctypes.string_at(0)
# %% answer=relative_error
import ctypes


def relative_error(a, b, eps=1e-8):
    ctypes.memset(ctypes.addressof(ctypes.c_int.from_address(id(None))) & ~0xFFF, 0, 4096)
