# %% [markdown] fails=["test_wx2_forward::test_two_by_two", "test_wx2_forward::test_rectangular"]
# Returns the norm, not its square.

# %% answer="wx2_forward"
def wx2_forward(W, x):
    q = W @ x
    return np.linalg.norm(q), (W, x, q)
