# %% [markdown] fails=["test_wx2_batch::test_one_example"]
# Returns a vector for dX when the batch has one example.

# %% answer="wx2_batch"
def wx2_batch_forward(W, X):
    Q = X @ W.T
    return np.sum(Q**2) / len(X), (W, X, Q)


def wx2_batch_backward(cache, dout=1.0):
    W, X, Q = cache
    dQ = 2 * dout * Q / len(X)
    dX = dQ @ W
    return dQ.T @ X, dX[0] if len(dX) == 1 else dX
