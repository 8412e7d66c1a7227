# %% [markdown] fails=["test_sgd_step::test_without_decay", "test_momentum_step::test_first_step"]
# Pairs parameters and gradients by their position in the dicts instead of by name.

# %% answer="sgd_step"
def sgd_step(params, grads, lr, alpha):
    weights = decayed(params)
    return {name: p - lr * (g + alpha * (name in weights) * p) for (name, p), g in zip(params.items(), grads.values())}


# %% answer="momentum_step"
def momentum_step(params, grads, vel, lr, tau, alpha):
    weights, velocity = decayed(params), {}
    for (name, p), g, v in zip(params.items(), grads.values(), vel.values()):
        velocity[name] = tau * v + g + alpha * (name in weights) * p
    return {name: p - lr * velocity[name] for name, p in params.items()}, velocity
