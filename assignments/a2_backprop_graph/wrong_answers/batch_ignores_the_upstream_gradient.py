# %% [markdown] fails=["test_wx2_batch::test_upstream"]
# Forgets dout.

# %% answer="wx2_batch"
def wx2_batch_forward(W, X):
    Q = X @ W.T
    return np.sum(Q**2) / len(X), (W, X, Q)


def wx2_batch_backward(cache, dout=1.0):
    W, X, Q = cache
    return 2 * Q.T @ X / len(X), 2 * Q @ W / len(X)
