# %% [markdown] fails=["test_wx2_forward::test_two_by_two", "test_wx2_forward::test_rectangular"]
# Squares the products W_ij x_j one by one, before they are summed.

# %% answer="wx2_forward"
def wx2_forward(W, x):
    return np.sum((W * x) ** 2), (W, x, W @ x)
