# %% [markdown] fails=["test_f_backward::test_cache_serves_twice"]
# Takes the values out of the cache; the second call finds it empty.

# %% answer="f_forward"
def f_forward(x, y, z):
    return x * y + z, [x, y]


# %% answer="f_backward"
def f_backward(cache, dout=1.0):
    y = cache.pop()
    x = cache.pop()
    return dout * y, dout * x, dout
