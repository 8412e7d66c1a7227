# %% [markdown] fails=["test_wx2_batch::test_dW_sums_over_the_examples", "test_wx2_batch::test_repeated_examples"]
# A loop over the examples assigns dW instead of adding to it.

# %% answer="wx2_batch"
def wx2_batch_forward(W, X):
    return np.mean([np.sum((W @ x) ** 2) for x in X]), (W, X)


def wx2_batch_backward(cache, dout=1.0):
    W, X = cache
    dX = np.zeros(X.shape)
    for i, x in enumerate(X):
        dq = 2 * dout * (W @ x) / len(X)
        dW = np.outer(dq, x)
        dX[i] = W.T @ dq
    return dW, dX
