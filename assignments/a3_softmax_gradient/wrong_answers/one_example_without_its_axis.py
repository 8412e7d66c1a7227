# %% [markdown] fails=["test_linear_grads::test_one_example", "test_linear_grads::test_scores_that_lie_far_apart"]
# Treats a batch of one as a vector, and sums its bias gradient to nothing.

# %% answer="linear_grads"
def linear_grads(X, W, b, labels):
    Z = X @ W.T + b
    dZ = np.squeeze(dlogits(Z, labels))
    if dZ.ndim == 1:
        return cross_entropy(Z, labels), dZ @ W, dZ.sum()
    return cross_entropy(Z, labels), dZ.T @ X, dZ.sum(axis=0)
