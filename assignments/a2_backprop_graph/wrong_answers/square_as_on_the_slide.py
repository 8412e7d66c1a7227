# %% [markdown] fails=["test_wx2_forward::test_rectangular", "test_wx2_backward::test_shapes", "test_wx2_backward::test_dW_of_rectangles", "test_wx2_backward::test_dx_of_rectangles", "test_wx2_backward::test_one_row_or_one_column", "test_wx2_backward::test_cache_serves_twice"]
# Both sums run to n, as on the slide: rows below the n-th are forgotten, and a wide matrix has too few.

# %% answer="wx2_forward"
def wx2_forward(W, x):
    n = len(x)
    q = np.array([sum(W[i, j] * x[j] for j in range(n)) for i in range(n)])
    return sum(q**2), (W, x, q)


# %% answer="wx2_backward"
def wx2_backward(cache, dout=1.0):
    W, x, q = cache
    n = len(x)
    dW = np.array([[2 * dout * q[i] * x[j] for j in range(n)] for i in range(n)])
    return dW, np.array([sum(2 * dout * q[k] * W[k, i] for k in range(n)) for i in range(n)])
