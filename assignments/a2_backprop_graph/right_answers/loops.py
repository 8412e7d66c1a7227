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


# %% answer="relu_gate"
def relu_backward(dout, x):
    return np.array([g if v > 0 else 0.0 for v, g in zip(np.ravel(x), np.ravel(dout))]).reshape(np.shape(x))


# %% answer="shape_gates"
def sum_backward(dout, a):
    return np.array([dout for _ in np.ravel(a)]).reshape(np.shape(a))


def bias_backward(dout, Z, b):
    db = [0.0] * len(b)
    for row in dout:
        for j, entry in enumerate(row):
            db[j] += entry
    return dout, np.array(db)


# %% answer="linear_gate"
def linear_backward(dout, X, W):
    dX, dW = np.zeros(X.shape), np.zeros(W.shape)
    for i, row in enumerate(dout):
        for k, entry in enumerate(row):
            dX[i] += entry * W[k]
            dW[k] += entry * X[i]
    return dX, dW
