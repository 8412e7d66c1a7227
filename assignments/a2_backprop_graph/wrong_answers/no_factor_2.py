# %% [markdown] fails=["test_wx2_backward::test_two_by_two", "test_wx2_backward::test_dW_of_rectangles", "test_wx2_backward::test_dx_of_rectangles", "test_wx2_backward::test_one_row_or_one_column"]
# Forgets the derivative of the square.

# %% answer="wx2_backward"
def wx2_backward(cache, dout=1.0):
    W, x, q = cache
    return dout * np.outer(q, x), dout * W.T @ q
