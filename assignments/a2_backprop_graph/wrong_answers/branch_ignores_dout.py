# %% [markdown] fails=["test_branch::test_upstream", "test_branch::test_arrays"]
# The closed form, without what arrives.

# %% answer="branch"
def branch_forward(x, y, z):
    return (x * y + z) * x, (x, y, z)


def branch_backward(cache, dout=1.0):
    x, y, z = cache
    return 2 * x * y + z, x * x, x
