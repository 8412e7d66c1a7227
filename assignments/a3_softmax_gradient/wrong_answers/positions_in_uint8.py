# %% [markdown] fails=["test_one_hot::test_small_integer_types", "test_dlogits::test_small_integer_types"]
# Computes positions in the type of the labels: uint8 starts again at 0 after 255.

# %% answer="one_hot"
def one_hot(labels, C):
    labels = np.asarray(labels)
    flat = np.zeros(len(labels) * C)
    flat[np.arange(len(labels)).astype(labels.dtype) * np.array(C).astype(labels.dtype) + labels] = 1
    return flat.reshape(len(labels), C)
