# %% [markdown] fails=["test_l2::test_penalty", "test_l2::test_gradient"]
# The objective of the slide at its word: alpha |W|^2 and its gradient 2 alpha W.

# %% answer="l2"
def l2(params, alpha, decay):
    penalty = alpha * sum(np.sum(params[name] ** 2) for name in decay)
    return penalty, {name: 2 * alpha * p if name in decay else 0 * p for name, p in params.items()}
