# %% [markdown]
# Squares before it multiplies: x (W'W) x, with gradients 2 W (x x') and 2 (W'W) x. Other roundings, same numbers.

# %% answer="wx2_forward"
def wx2_forward(W, x):
    return x @ (W.T @ W) @ x, (W, x)


# %% answer="wx2_backward"
def wx2_backward(cache, dout=1.0):
    W, x = cache
    return W @ (2 * dout * np.outer(x, x)), (2 * dout * (W.T @ W)) @ x


# %% answer="wx2_batch"
def wx2_batch_forward(W, X):
    S = X.T @ X / len(X)
    return np.trace(W @ S @ W.T), (W, X, S)


def wx2_batch_backward(cache, dout=1.0):
    W, X, S = cache
    return 2 * dout * (W @ S), X @ (W.T @ W) * (2 * dout / len(X))


# %% answer="branch"
def branch_forward(x, y, z):
    return x**2 * y + x * z, (x, y, z)


def branch_backward(cache, dout=1.0):
    x, y, z = cache
    return (2 * x * y + z) * dout, x * x * dout, x * dout
