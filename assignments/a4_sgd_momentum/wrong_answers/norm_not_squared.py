# %% [markdown] fails=["test_l2::test_penalty"]
# Forgets the square of the norm.

# %% answer="l2"
def l2(params, alpha, decay):
    penalty = alpha / 2 * sum(np.linalg.norm(params[name]) for name in decay)
    return penalty, {name: alpha * p if name in decay else 0 * p for name, p in params.items()}
