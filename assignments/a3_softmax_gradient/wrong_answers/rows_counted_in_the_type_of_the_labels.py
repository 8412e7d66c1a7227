# %% [markdown] fails=["test_cross_entropy::test_small_integer_types"]
# np.arange(N) in the type of the labels: with uint8 the rows after 255 are the first ones again.

# %% answer="cross_entropy"
def cross_entropy(Z, labels):
    rows = np.arange(len(labels)).astype(labels.dtype)
    return float(-np.mean(log_softmax(Z)[rows, labels]))
