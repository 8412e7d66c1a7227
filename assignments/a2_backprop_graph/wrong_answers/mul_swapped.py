# %% [markdown] fails=["test_f_backward::test_slide", "test_f_backward::test_other_points", "test_f_backward::test_upstream", "test_f_backward::test_arrays", "test_f_backward::test_cache_serves_twice"]
# Gives each factor its own value instead of the other's.

# %% answer="f_backward"
def f_backward(cache, dout=1.0):
    x, y = cache
    return dout * x, dout * y, dout
