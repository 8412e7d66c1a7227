# %% [markdown] fails=["test_load_idx::test_a_path"]
# Takes the path for a str, and fails when it is a Path.

# %% answer="load_idx"
def load_idx(path):
    with (gzip.open if path.endswith(".gz") else open)(path, "rb") as file:
        data = file.read()
    magic = int.from_bytes(data[:4], "big")
    if magic not in (2049, 2051) or len(data) < 4 + 4 * (magic % 256):
        raise ValueError("not a whole idx file")
    ndim = magic % 256
    shape = struct.unpack_from(f">{ndim}I", data, 4)
    values = np.frombuffer(data, np.uint8, offset=4 + 4 * ndim).reshape(shape)
    return values.astype(np.float32) / 255 if ndim == 3 else values.astype(np.int64)
