# %% [markdown] fails=["test_wx2_backward::test_two_by_two", "test_wx2_backward::test_shapes", "test_wx2_backward::test_dW_of_rectangles", "test_wx2_backward::test_one_row_or_one_column"]
# The outer product the other way round, which is the layout of deck 000.

# %% answer="wx2_backward"
def wx2_backward(cache, dout=1.0):
    W, x, q = cache
    dq = 2 * dout * q
    return np.outer(x, dq), W.T @ dq
