# %% [markdown] fails=["test_wx2_backward::test_cache_serves_twice"]
# q *= 2 writes into the cache.

# %% answer="wx2_backward"
def wx2_backward(cache, dout=1.0):
    W, x, q = cache
    q *= 2 * dout
    return np.outer(q, x), W.T @ q
