# %% [markdown] fails=["test_linear_grads::test_two_classes"]
# Switches to a sigmoid when there are two classes, and mixes up which class it is for.

# %% answer="linear_grads"
def linear_grads(X, W, b, labels):
    Z = X @ W.T + b
    dZ = dlogits(Z, labels)
    if len(W) == 2:
        p = 1 / (1 + np.exp(np.clip(Z[:, 1] - Z[:, 0], -500, 500)))
        dZ = np.stack([p - labels, labels - p], axis=1) / len(X)
    return cross_entropy(Z, labels), dZ.T @ X, dZ.sum(axis=0)
