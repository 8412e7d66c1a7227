# %% [markdown] fails=["test_branch::test_upstream", "test_branch::test_arrays"]
# Multiplies by dout on the way through the inner product only.

# %% answer="branch"
def branch_forward(x, y, z):
    q = x * y + z
    return q * x, (x, y, q)


def branch_backward(cache, dout=1.0):
    x, y, q = cache
    dq = dout * x
    return q + dq * y, dq * x, dq
