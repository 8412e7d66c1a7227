# %% [markdown]
# Lists where tuples are usual, lists of integers for index arrays, and nested lists for arrays.

# %% answer="minibatches"
def minibatches(N, B, rng):
    rest, batches = list(range(N)), []
    while rest:
        batches.append([rest.pop(int(rng.integers(len(rest)))) for _ in range(min(B, len(rest)))])
    return batches


# %% answer="l2"
def l2(params, alpha, decay):
    penalty = sum(alpha / 2 * float(x) ** 2 for name in decay for x in params[name].flat)
    return [penalty, {name: (alpha * (name in decay) * p).tolist() for name, p in params.items()}]


# %% answer="momentum_step"
def momentum_step(params, grads, vel, lr, tau, alpha):
    vel = {k: tau * vel[k] + grads[k] + (alpha if k in decayed(params) else 0) * params[k] for k in params}
    return [{k: params[k] - lr * vel[k] for k in params}, vel]


# %% answer="train"
def train(params, loss_and_grads, batches, step, epochs):
    vel = zero_velocity(params)
    every, means = [], []
    for _ in range(epochs):
        total = seen = 0
        for index in batches():
            loss, grads = loss_and_grads(params, index)
            every.append(loss)
            total += loss * len(index)
            seen += len(index)
            params, vel = step(params, grads, vel)
        means.append(total / seen)
    return [params, {"epoch": tuple(means), "batch": np.array(every)}]


# %% answer="convert"
def convert(form, lr, tau, alpha, v):
    return (
        list(
            {
                "objective": (lr, tau, alpha + alpha, list(v)),
                "average": (lr - tau * lr, tau, alpha, [x / (1 - tau) for x in v]),
                "velocity": (lr, tau, alpha, [-x / lr for x in v]),
            }[form]
        )
        if form in ("objective", "average", "velocity")
        else int("x")
    )


# %% answer="ridge"
def ridge(X, y, alpha):
    D = X.shape[1]
    rows = np.block([[X, np.ones((len(X), 1))], [np.sqrt(alpha * len(X) / 2) * np.eye(D), np.zeros((D, 1))]])
    u, *_ = np.linalg.lstsq(rows, np.append(y, np.zeros(D)), rcond=None)
    return [u[:D].tolist(), u[D]]
