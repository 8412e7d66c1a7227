# %% [markdown] fails=["test_sgd_step::test_one_step", "test_sgd_step::test_eight_steps_as_in_torch", "test_sgd_step::test_without_decay"]
# Adds the gradient.

# %% answer="sgd_step"
def sgd_step(params, grads, lr, alpha):
    new = {}
    for name, p in params.items():
        a = alpha if name in decayed(params) else 0.0
        new[name] = p + lr * grads[name] - lr * a * p
    return new
