# %% [markdown] fails=["test_momentum_step::test_eight_steps_as_in_torch", "test_momentum_step::test_biases_remember_and_do_not_decay"]
# Decays biases as well.

# %% answer="momentum_step"
def momentum_step(params, grads, vel, lr, tau, alpha):
    vel = {name: tau * vel[name] + grads[name] + alpha * p for name, p in params.items()}
    return {name: p - lr * vel[name] for name, p in params.items()}, vel
