# %% [markdown] fails=["test_sgd_step::test_one_step", "test_sgd_step::test_eight_steps_as_in_torch"]
# 2 alpha W: the gradient of the slide's objective.

# %% answer="sgd_step"
def sgd_step(params, grads, lr, alpha):
    new = {}
    for name, p in params.items():
        a = alpha if name in decayed(params) else 0.0
        new[name] = p - lr * (grads[name] + 2 * a * p)
    return new
