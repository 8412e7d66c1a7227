# %% [markdown] fails=["test_sgd_step::test_nothing_is_changed"]
# Adds the decay into the caller's gradients.

# %% answer="sgd_step"
def sgd_step(params, grads, lr, alpha):
    for name in decayed(params):
        grads[name] += alpha * params[name]
    return {name: p - lr * grads[name] for name, p in params.items()}
