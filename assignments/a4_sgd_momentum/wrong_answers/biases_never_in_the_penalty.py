# %% [markdown] fails=["test_l2::test_decay_decides"]
# Adds up the penalty without the biases, even when the caller asks for one.

# %% answer="l2"
def l2(params, alpha, decay):
    penalty = alpha / 2 * sum(np.sum(params[name] ** 2) for name in decay if not name.startswith("b"))
    return penalty, {name: alpha * p if name in decay else 0 * p for name, p in params.items()}
