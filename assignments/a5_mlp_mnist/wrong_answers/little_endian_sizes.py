# %% [markdown] fails=["test_load_idx::test_a_path", "test_load_idx::test_images", "test_load_idx::test_labels", "test_load_idx::test_any_size", "test_load_idx::test_compressed", "test_load_idx::test_other_files", "test_load_idx::test_files_that_end_too_early", "test_load_idx::test_files_that_go_on"]
# Reads the sizes as the machine stores its own integers, least significant byte first.

# %% answer="load_idx"
def load_idx(path):
    with (gzip.open if str(path).endswith(".gz") else open)(path, "rb") as file:
        data = file.read()
    magic = int.from_bytes(data[:4], "big")
    if magic not in (2049, 2051):
        raise ValueError(f"{path}: unknown magic number {magic}")
    start = 4 + 4 * (magic % 256)
    if len(data) < start:
        raise ValueError(f"{path}: no header")
    shape = [int.from_bytes(data[k : k + 4], "little") for k in range(4, start, 4)]
    if len(data) - start != math.prod(shape):
        raise ValueError(f"{path}: {len(data) - start} bytes instead of {math.prod(shape)}")
    values = np.frombuffer(data, np.uint8, offset=start).reshape(shape)
    return values.astype(np.float32) / 255 if magic == 2051 else values.astype(np.int64)
