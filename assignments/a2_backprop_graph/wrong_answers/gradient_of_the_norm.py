# %% [markdown] fails=["test_wx2_backward::test_two_by_two", "test_wx2_backward::test_dW_of_rectangles", "test_wx2_backward::test_dx_of_rectangles", "test_wx2_backward::test_one_row_or_one_column"]
# Differentiates the norm instead of its square.

# %% answer="wx2_backward"
def wx2_backward(cache, dout=1.0):
    W, x, q = cache
    dq = dout * q / np.linalg.norm(q)
    return np.outer(dq, x), W.T @ dq
