# %% [markdown]
# Writes every sum with its indices.

# %% answer="wx2_forward"
def wx2_forward(W, x):
    return np.einsum("ij,j,ik,k->", W, x, W, x), {"W": W, "x": x}


# %% answer="wx2_backward"
def wx2_backward(cache, dout=1.0):
    W, x = cache["W"], cache["x"]
    return np.einsum(",ik,k,j->ij", 2 * dout, W, x, x), 2 * dout * np.einsum("ki,kj,j->i", W, W, x)


# %% answer="wx2_batch"
def wx2_batch_forward(W, X):
    return np.einsum("ij,nj,ik,nk->", W, X, W, X) / X.shape[0], [W, X]


def wx2_batch_backward(cache, dout=1.0):
    W, X = cache
    scale = 2 * dout / X.shape[0]
    return scale * np.einsum("ik,nk,nj->ij", W, X, X), scale * np.einsum("ki,kj,nj->ni", W, W, X)


# %% answer="shape_gates"
def sum_backward(dout, a):
    return np.broadcast_to(dout, np.shape(a))


def bias_backward(dout, Z, b):
    return dout, np.einsum("nm->m", dout)


# %% answer="linear_gate"
def linear_backward(dout, X, W):
    return np.einsum("nm,mk->nk", dout, W), np.einsum("nm,nk->mk", dout, X)
