# %% [markdown] fails=["test_l2::test_penalty"]
# The value of the slide's objective with the gradient of its update: the two do not belong together.

# %% answer="l2"
def l2(params, alpha, decay):
    penalty = alpha * sum(np.sum(params[name] ** 2) for name in decay)
    return penalty, {name: alpha * p if name in decay else 0 * p for name, p in params.items()}
