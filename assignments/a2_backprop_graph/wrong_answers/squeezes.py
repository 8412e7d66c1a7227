# %% [markdown] fails=["test_wx2_backward::test_one_row_or_one_column"]
# Removes axes of length one from its results.

# %% answer="wx2_backward"
def wx2_backward(cache, dout=1.0):
    W, x, q = cache
    dq = 2 * dout * q
    return np.squeeze(np.outer(dq, x)), np.squeeze(W.T @ dq)
