# %% [markdown] fails=["test_wx2_backward::test_two_by_two", "test_wx2_backward::test_dW_of_rectangles"]
# The outer product the other way round, pressed into the shape of W.

# %% answer="wx2_backward"
def wx2_backward(cache, dout=1.0):
    W, x, q = cache
    dq = 2 * dout * q
    return np.outer(x, dq).reshape(W.shape), W.T @ dq
