# %% [markdown] fails=["test_branch::test_slide_point", "test_branch::test_other_points", "test_branch::test_upstream", "test_branch::test_arrays", "test_branch::test_equal_inputs"]
# Takes x y for what the outer product multiplies x with.

# %% answer="branch"
def branch_forward(x, y, z):
    return (x * y + z) * x, (x, y)


def branch_backward(cache, dout=1.0):
    x, y = cache
    return dout * 2 * x * y, dout * x * x, dout * x
