"""Answers with arrays of odd shapes: many axes, no entries, one huge axis, and all the bytes that a frame may have."""
# assignment: a4_sgd_momentum
# %% answer=gd_step
def gd_step(w, g, lr):
    kinds = (np.zeros((1,) * 32), np.zeros((0, 2**40)), np.zeros(2**22), [[np.zeros(2**20)]] * 3, np.zeros((2**20, 1))[:, None] * np.zeros(1))
    return kinds[int(np.sum(np.abs(w)) * 1000) % len(kinds)]
# %% answer=l2
def l2(params, decay, alpha):
    return np.zeros((2**20, 1)), {name: np.zeros((1, 2**20)) for name in params}
