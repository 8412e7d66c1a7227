# %% [markdown] fails=["test_f_backward::test_upstream", "test_f_backward::test_arrays"]
# Multiplies dx and dy by dout; dz stays 1.

# %% answer="f_backward"
def f_backward(cache, dout=1.0):
    x, y = cache
    return dout * y, dout * x, 1.0 + 0 * x
