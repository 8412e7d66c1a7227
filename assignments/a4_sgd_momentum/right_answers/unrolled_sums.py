# %% [markdown]
# No recursion: the velocity of the unrolled sum, all parameters packed into one long vector.

# %% answer="momentum_step"
def momentum_step(params, grads, vel, lr, tau, alpha):
    pack = lambda tree: np.concatenate([np.ravel(tree[name]) for name in params])
    mask = np.concatenate([np.full(np.size(p), float(not name.startswith("b"))) for name, p in params.items()])
    terms = np.stack([pack(vel), pack(grads), pack(params) * mask])
    v = np.array([tau, 1.0, alpha]) @ terms
    return unpack_like(params, pack(params) - lr * v), unpack_like(params, v)


def unpack_like(params, flat):
    pieces = np.split(flat, np.cumsum([np.size(p) for p in params.values()])[:-1])
    return {name: piece.reshape(np.shape(p)) for (name, p), piece in zip(params.items(), pieces)}


# %% answer="sgd_step"
def sgd_step(params, grads, lr, alpha):
    return momentum_step(params, grads, zero_velocity(params), lr, 0.0, alpha)[0]


# %% answer="l2"
def l2(params, alpha, decay):
    alphas = {name: alpha if name in set(decay) else 0.0 for name in params}
    penalty = sum(alphas[name] / 2 * np.linalg.norm(p) ** 2 for name, p in params.items())
    return penalty, {name: alphas[name] * p for name, p in params.items()}


# %% answer="factor_per_step"
def factor_per_step(lr, h, tau=0.0):
    # The eigenvalues of the matrix that takes one pair (w, v) to the next.
    return np.abs(np.linalg.eigvals([[1 - lr * h, -lr * tau], [h, tau]])).max()
