# %% [markdown] fails=["test_sgd_step::test_the_name_tells_a_bias"]
# Takes every vector for a bias and every matrix for a weight.

# %% answer="sgd_step"
def sgd_step(params, grads, lr, alpha):
    return {name: p - lr * (grads[name] + alpha * (p.ndim > 1) * p) for name, p in params.items()}
