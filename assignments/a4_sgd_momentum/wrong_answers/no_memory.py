# %% [markdown] fails=["test_momentum_step::test_the_new_velocity_moves", "test_momentum_step::test_the_velocity_is_returned", "test_momentum_step::test_eight_steps_as_in_torch", "test_momentum_step::test_the_rate_changes_midway", "test_momentum_step::test_biases_remember_and_do_not_decay"]
# The term tau v is missing.

# %% answer="momentum_step"
def momentum_step(params, grads, vel, lr, tau, alpha):
    new, vel2 = {}, {}
    for name, p in params.items():
        a = alpha if name in decayed(params) else 0.0
        vel2[name] = grads[name] + a * p
        new[name] = p - lr * vel2[name]
    return new, vel2
