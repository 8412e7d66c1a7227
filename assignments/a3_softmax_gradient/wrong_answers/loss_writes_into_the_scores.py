# %% [markdown] fails=["test_cross_entropy::test_arguments_stay_as_they_are"]
# Shifts the caller's scores in place.

# %% answer="cross_entropy"
def cross_entropy(Z, labels):
    Z -= Z.max(axis=1, keepdims=True)
    return float(-np.mean(log_softmax(Z)[np.arange(len(labels)), labels]))
