# %% [markdown] fails=["test_l2::test_penalty", "test_l2::test_what_is_not_named_is_free", "test_l2::test_decay_decides"]
# Penalises every parameter and never looks at decay.

# %% answer="l2"
def l2(params, alpha, decay):
    return alpha / 2 * sum(np.sum(p**2) for p in params.values()), {name: alpha * p for name, p in params.items()}
