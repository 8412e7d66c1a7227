# %% [markdown] fails=["test_wx2_backward::test_cache_serves_twice"]
# Multiplies the W of the cache, which is the W of the caller.

# %% answer="wx2_backward"
def wx2_backward(cache, dout=1.0):
    W, x, q = cache
    W *= 2 * dout
    return 2 * dout * np.outer(q, x), W.T @ q
