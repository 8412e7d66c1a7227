# %% [markdown] fails=["test_momentum_step::test_the_velocity_is_returned", "test_momentum_step::test_the_new_velocity_moves", "test_momentum_step::test_the_rate_changes_midway", "test_momentum_step::test_biases_remember_and_do_not_decay"]
# Stores steps: v = tau v + lr g. Equal at a constant rate, and only then.

# %% answer="momentum_step"
def momentum_step(params, grads, vel, lr, tau, alpha):
    new, vel2 = {}, {}
    for name, p in params.items():
        a = alpha if name in decayed(params) else 0.0
        vel2[name] = tau * vel[name] + lr * (grads[name] + a * p)
        new[name] = p - vel2[name]
    return new, vel2
