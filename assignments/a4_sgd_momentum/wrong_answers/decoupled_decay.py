# %% [markdown] fails=["test_momentum_step::test_the_velocity_is_returned", "test_momentum_step::test_eight_steps_as_in_torch"]
# Decay beside the velocity instead of in it, as in AdamW.

# %% answer="momentum_step"
def momentum_step(params, grads, vel, lr, tau, alpha):
    new, vel2 = {}, {}
    for name, p in params.items():
        a = alpha if name in decayed(params) else 0.0
        vel2[name] = tau * vel[name] + grads[name]
        new[name] = p - lr * vel2[name] - lr * a * p
    return new, vel2
