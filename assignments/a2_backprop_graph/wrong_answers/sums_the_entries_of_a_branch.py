# %% [markdown] fails=["test_branch::test_arrays"]
# Reduces each gradient to a number.

# %% answer="branch"
def branch_forward(x, y, z):
    return (x * y + z) * x, (x, y, z)


def branch_backward(cache, dout=1.0):
    x, y, z = cache
    return tuple(np.sum(dout * slope) for slope in (2 * x * y + z, x * x, x))
