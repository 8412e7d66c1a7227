# %% [markdown] fails=["test_momentum_step::test_the_velocity_is_returned", "test_momentum_step::test_eight_steps_as_in_torch", "test_momentum_step::test_without_momentum"]
# 2 alpha W: the gradient of the slide's objective.

# %% answer="momentum_step"
def momentum_step(params, grads, vel, lr, tau, alpha):
    new, vel2 = {}, {}
    for name, p in params.items():
        a = alpha if name in decayed(params) else 0.0
        vel2[name] = tau * vel[name] + grads[name] + 2 * a * p
        new[name] = p - lr * vel2[name]
    return new, vel2
