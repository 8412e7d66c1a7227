# %% [markdown] fails=["test_momentum_step::test_first_step", "test_momentum_step::test_the_new_velocity_moves", "test_momentum_step::test_the_velocity_is_returned", "test_momentum_step::test_eight_steps_as_in_torch", "test_momentum_step::test_the_rate_changes_midway"]
# An exponential moving average: (1 - tau) times the gradient.

# %% answer="momentum_step"
def momentum_step(params, grads, vel, lr, tau, alpha):
    new, vel2 = {}, {}
    for name, p in params.items():
        a = alpha if name in decayed(params) else 0.0
        vel2[name] = tau * vel[name] + (1 - tau) * (grads[name] + a * p)
        new[name] = p - lr * vel2[name]
    return new, vel2
