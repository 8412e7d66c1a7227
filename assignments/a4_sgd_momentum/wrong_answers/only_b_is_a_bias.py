# %% [markdown] fails=["test_sgd_step::test_eight_steps_as_in_torch", "test_sgd_step::test_the_name_tells_a_bias"]
# Looks for the name b exactly; b1 and bias decay.

# %% answer="sgd_step"
def sgd_step(params, grads, lr, alpha):
    return {name: p - lr * (grads[name] + alpha * (name != "b") * p) for name, p in params.items()}
