# %% [markdown] fails=["test_sgd_step::test_nothing_is_changed"]
# -= changes the caller's arrays.

# %% answer="sgd_step"
def sgd_step(params, grads, lr, alpha):
    for name in params:
        decay = alpha if name in decayed(params) else 0.0
        params[name] -= lr * (grads[name] + decay * params[name])
    return params
