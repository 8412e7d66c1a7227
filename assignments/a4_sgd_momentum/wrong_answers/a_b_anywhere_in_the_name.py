# %% [markdown] fails=["test_sgd_step::test_the_name_tells_a_bias", "test_momentum_step::test_biases_remember_and_do_not_decay"]
# Takes every parameter with a b somewhere in its name for a bias.

# %% answer="sgd_step"
def sgd_step(params, grads, lr, alpha):
    return {name: p - lr * (grads[name] + alpha * ("b" not in name) * p) for name, p in params.items()}


# %% answer="momentum_step"
def momentum_step(params, grads, vel, lr, tau, alpha):
    v = {name: tau * vel[name] + grads[name] + alpha * ("b" not in name) * p for name, p in params.items()}
    return {name: p - lr * v[name] for name, p in params.items()}, v
