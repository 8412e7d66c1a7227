# %% [markdown]
# Plain Python: loops over the entries, lists as results, lists in the cache.

# %% answer="wx2_forward"
def wx2_forward(W, x):
    q = [sum(w * p for w, p in zip(row, x)) for row in W.tolist()]
    return sum(v * v for v in q), [W.tolist(), x.tolist(), q]


# %% answer="wx2_backward"
def wx2_backward(cache, dout=1.0):
    W, x, q = cache
    dW = [[2 * v * p * dout for p in x] for v in q]
    dx = [0.0] * len(x)
    for k, v in enumerate(q):
        for i in range(len(x)):
            dx[i] += 2 * v * W[k][i] * dout
    return dW, dx


# %% answer="wx2_batch"
def wx2_batch_forward(W, X):
    parts = [wx2_forward(W, x) for x in X]
    return sum(part[0] for part in parts) / len(X), [part[1] for part in parts]


def wx2_batch_backward(cache, dout=1.0):
    parts = [wx2_backward(c, dout / len(cache)) for c in cache]
    return sum(np.array(dW) for dW, _ in parts), [dx for _, dx in parts]


# %% answer="sum_gate"
def sum_forward(a):
    total = 0.0
    for i in np.ndindex(a.shape):
        total += a[i]
    return total, a.tolist()


def sum_backward(cache, dout):
    if isinstance(cache, list):
        return [sum_backward(row, dout) for row in cache]
    return dout


# %% answer="relu_gate"
def relu_forward(x):
    out = [max(v, 0.0) for v in np.ravel(x)]
    return np.reshape(out, np.shape(x)), x


def relu_backward(cache, dout):
    return (
        [[g if v > 0 else 0.0 for v, g in zip(*rows)] for rows in zip(cache, dout)]
        if np.ndim(cache) == 2
        else [g if v > 0 else 0.0 for v, g in zip(cache, dout)]
    )
