# %% [markdown] fails=["test_momentum_step::test_biases_remember_and_do_not_decay"]
# Takes vectors for biases and matrices for weights.

# %% answer="momentum_step"
def momentum_step(params, grads, vel, lr, tau, alpha):
    new, vel2 = {}, {}
    for name, p in params.items():
        a = alpha if name in decayed(params) else 0.0
        vel2[name] = tau * vel[name] + grads[name] + alpha * (p.ndim > 1) * p
        new[name] = p - lr * vel2[name]
    return new, vel2
