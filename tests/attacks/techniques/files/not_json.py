"""Hands in bytes that are not JSON."""
# %% submit
path.write_bytes(b"PK\x03\x04" + bytes(range(256)) * 100)
