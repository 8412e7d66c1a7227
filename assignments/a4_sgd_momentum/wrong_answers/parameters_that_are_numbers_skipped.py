# %% [markdown] fails=["test_sgd_step::test_without_decay", "test_sgd_step::test_the_name_tells_a_bias"]
# Loops over the rows of every parameter; a parameter of shape () has none.

# %% answer="sgd_step"
def sgd_step(params, grads, lr, alpha):
    new = {}
    for name, p in params.items():
        a = alpha if name in decayed(params) else 0.0
        new[name] = np.array([row - lr * (g + a * row) for row, g in zip(p, grads[name])])
    return new
