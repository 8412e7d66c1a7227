# %% [markdown] fails=["test_momentum_step::test_nothing_is_changed"]
# *= and += work in the caller's velocity.

# %% answer="momentum_step"
def momentum_step(params, grads, vel, lr, tau, alpha):
    new = {}
    for name, p in params.items():
        vel[name] *= tau
        vel[name] += grads[name] + (alpha * p if name in decayed(params) else 0.0)
        new[name] = p - lr * vel[name]
    return new, vel
