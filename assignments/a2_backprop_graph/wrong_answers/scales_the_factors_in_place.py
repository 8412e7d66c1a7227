# %% [markdown] fails=["test_f_backward::test_cache_serves_twice"]
# Multiplies the arrays in the cache by dout in place: the second call multiplies them again.

# %% answer="f_backward"
def f_backward(cache, dout=1.0):
    x, y = cache
    x *= dout
    y *= dout
    return y, x, dout
