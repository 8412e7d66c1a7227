# %% [markdown]
# Weight decay as its name says: (1 - lr alpha) w, then the gradient; velocities keep the decay inside.

# %% answer="gd_step"
def gd_step(w, g, lr):
    return np.subtract(w, np.multiply(lr, g))


# %% answer="l2"
def l2(params, alpha, decay):
    grads = {name: np.zeros_like(p) for name, p in params.items()}
    penalty = 0.0
    for name in decay:
        grads[name] = alpha * params[name]
        penalty += 0.5 * np.vdot(grads[name], params[name])
    return penalty, grads


# %% answer="sgd_step"
def sgd_step(params, grads, lr, alpha):
    new = {}
    for name in params:
        shrink = 1 if name.startswith("b") else 1 - lr * alpha
        new[name] = shrink * params[name] - lr * grads[name]
    return new


# %% answer="momentum_step"
def momentum_step(params, grads, vel, lr, tau, alpha):
    new = {}
    for name, p in params.items():
        shrink = 1 if name.startswith("b") else 1 - lr * alpha
        new[name] = shrink * p - lr * grads[name] - lr * tau * vel[name]
    # The velocity follows from the step: v = (w_before - w_after) / lr.
    return new, {name: (params[name] - new[name]) / lr for name in params}


# %% answer="critical_rate"
def critical_rate(A, tau=0.0, alpha=0.0):
    return (2 + 2 * tau) / np.linalg.norm(A + alpha * np.eye(len(A)), 2)


# %% answer="ridge"
def ridge(X, y, alpha):
    mean, offset = X.mean(axis=0), np.mean(y)
    Xc = X - mean
    w = np.linalg.solve(Xc.T @ Xc + alpha * len(y) / 2 * np.eye(X.shape[1]), Xc.T @ (y - offset))
    return w, offset - mean @ w


# %% answer="factor_per_step"
def factor_per_step(lr, h, tau=0.0):
    # The closed form of the roots.
    half = (1 + tau - lr * h) / 2
    inside = half**2 - tau
    return abs(half) + inside**0.5 if inside >= 0 else tau**0.5
