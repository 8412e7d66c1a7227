# %% [markdown] fails=["test_wx2_forward::test_inputs_stay_as_they_are", "test_wx2_backward::test_two_by_two", "test_wx2_backward::test_dx_of_rectangles", "test_wx2_backward::test_one_row_or_one_column"]
# Computes W x by scaling the columns of the caller's matrix; the cache holds the same, damaged matrix.

# %% answer="wx2_forward"
def wx2_forward(W, x):
    W *= x
    q = W.sum(axis=1)
    return np.sum(q**2), (W, x, q)
