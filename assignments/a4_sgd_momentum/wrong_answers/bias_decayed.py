# %% [markdown] fails=["test_sgd_step::test_eight_steps_as_in_torch", "test_sgd_step::test_the_name_tells_a_bias"]
# Decays biases like weights, as on the slide.

# %% answer="sgd_step"
def sgd_step(params, grads, lr, alpha):
    return {name: p - lr * (grads[name] + alpha * p) for name, p in params.items()}
