# %% [markdown] fails=["test_wx2_forward::test_two_by_two", "test_wx2_forward::test_rectangular", "test_wx2_forward::test_inputs_stay_as_they_are"]
# Returns an array with one entry instead of a number.

# %% answer="wx2_forward"
def wx2_forward(W, x):
    q = W @ x
    return np.sum(q**2, keepdims=True), (W, x, q)
