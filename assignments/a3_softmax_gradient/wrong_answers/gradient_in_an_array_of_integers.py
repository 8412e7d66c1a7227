# %% [markdown] fails=["test_dlogits::test_integer_scores"]
# Writes the gradient into a copy of Z.

# %% answer="dlogits"
def dlogits(Z, labels):
    gradient = Z.copy()
    gradient[:] = (softmax(Z) - one_hot(labels, Z.shape[1])) / len(Z)
    return gradient
