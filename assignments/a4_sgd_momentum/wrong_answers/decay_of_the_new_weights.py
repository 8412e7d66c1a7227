# %% [markdown] fails=["test_momentum_step::test_the_velocity_is_returned", "test_momentum_step::test_eight_steps_as_in_torch", "test_momentum_step::test_without_momentum"]
# Computes the decay from the weights after the step.

# %% answer="momentum_step"
def momentum_step(params, grads, vel, lr, tau, alpha):
    new, velocity = {}, {}
    for name, p in params.items():
        v = tau * vel[name] + grads[name]
        a = alpha if name in decayed(params) else 0.0
        velocity[name] = v + a * (p - lr * v)
        new[name] = p - lr * velocity[name]
    return new, velocity
