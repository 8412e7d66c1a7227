# %% [markdown] fails=["test_branch::test_slide_point", "test_branch::test_other_points", "test_branch::test_upstream", "test_branch::test_arrays", "test_branch::test_equal_inputs"]
# dx = ... twice: the second assignment throws the first path away.

# %% answer="branch"
def branch_forward(x, y, z):
    q = x * y + z
    return q * x, (x, y, q)


def branch_backward(cache, dout=1.0):
    x, y, q = cache
    dx = dout * q
    dq = dout * x
    dx = dq * y
    return dx, dq * x, dq
