# %% [markdown]
# Accepts a velocity that is None or empty, and copies everything first to be safe.

# %% answer="momentum_step"
def momentum_step(params, grads, vel, lr, tau, alpha):
    from copy import deepcopy

    new, vel = deepcopy(params), deepcopy(vel or {})
    weights = decayed(params)
    for name in new:
        pull = grads[name] + alpha * new[name] if name in weights else grads[name]
        vel[name] = pull if name not in vel else tau * vel[name] + pull
        new[name] = new[name] - lr * vel[name]
    return new, vel


# %% answer="sgd_step"
def sgd_step(params, grads, lr, alpha):
    new = {name: np.array(p, copy=True) for name, p in params.items()}
    for name in new:
        if not name.startswith("b"):
            new[name] -= lr * alpha * params[name]
        new[name] -= lr * grads[name]
    return new


# %% answer="gd_step"
def gd_step(w, g, lr):
    w = np.array(w, dtype=float)
    w -= lr * np.asarray(g)
    return w


# %% answer="train"
def train(params, loss_and_grads, batches, step, epochs):
    current = {name: np.copy(value) for name, value in params.items()}
    vel = {name: 0.0 * value for name, value in current.items()}
    batch_losses, epoch_losses = [], []
    for epoch in range(epochs):
        split_up = list(batches())
        start = len(batch_losses)
        for index in split_up:
            loss, grads = loss_and_grads(current, index)
            current, vel = step(current, grads, vel)
            batch_losses.append(np.float64(loss))
        epoch_losses.append(np.average(batch_losses[start:], weights=[len(i) for i in split_up]))
    return current, dict(batch=batch_losses, epoch=epoch_losses)


# %% answer="critical_rate"
def critical_rate(A, tau=0.0, alpha=0.0):
    # Bisection on the spectral radius of one step along the steepest direction.
    h = np.max(np.linalg.eigvals(np.asarray(A, dtype=float)).real) + alpha
    low, high = 0.0, 5.0 / h
    for _ in range(60):
        middle = (low + high) / 2
        roots = np.roots([1.0, middle * h - 1 - tau, tau])
        low, high = (middle, high) if np.all(np.abs(roots) < 1) else (low, middle)
    return np.float64(low)
