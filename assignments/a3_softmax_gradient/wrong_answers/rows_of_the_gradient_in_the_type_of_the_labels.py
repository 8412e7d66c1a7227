# %% [markdown] fails=["test_dlogits::test_small_integer_types"]
# Counts the rows in the type of the labels: with uint8 the truth is subtracted twice from the first rows and never from those after 255.

# %% answer="dlogits"
def dlogits(Z, labels):
    N = len(labels)
    gradient = softmax(Z)
    np.subtract.at(gradient, (np.arange(N).astype(labels.dtype), labels), 1)
    return gradient / N
