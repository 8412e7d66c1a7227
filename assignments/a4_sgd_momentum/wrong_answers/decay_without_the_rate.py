# %% [markdown] fails=["test_sgd_step::test_one_step", "test_sgd_step::test_eight_steps_as_in_torch"]
# The decay does not carry the learning rate: (1 - alpha) W.

# %% answer="sgd_step"
def sgd_step(params, grads, lr, alpha):
    new = {}
    for name, p in params.items():
        a = alpha if name in decayed(params) else 0.0
        new[name] = (1 - a) * p - lr * grads[name]
    return new
