# %% [markdown] fails=["test_wx2_backward::test_two_by_two"]
# Tries W q first and transposes when the shapes complain.

# %% answer="wx2_backward"
def wx2_backward(cache, dout=1.0):
    W, x, q = cache
    dq = 2 * dout * q
    try:
        dx = W @ dq
    except ValueError:
        dx = W.T @ dq
    return np.outer(dq, x), dx
