# %% [markdown] fails=["test_wx2_batch::test_dW_sums_over_the_examples", "test_wx2_batch::test_dX_row_by_row", "test_wx2_batch::test_repeated_examples"]
# Divides by N forward, and not backward.

# %% answer="wx2_batch"
def wx2_batch_forward(W, X):
    Q = X @ W.T
    return np.sum(Q**2) / len(X), (W, X, Q)


def wx2_batch_backward(cache, dout=1.0):
    W, X, Q = cache
    return 2 * dout * Q.T @ X, 2 * dout * Q @ W
