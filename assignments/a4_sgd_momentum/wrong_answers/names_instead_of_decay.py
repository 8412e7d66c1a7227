# %% [markdown] fails=["test_l2::test_what_is_not_named_is_free", "test_l2::test_decay_decides"]
# Uses the convention about names and ignores what the caller asks for.

# %% answer="l2"
def l2(params, alpha, decay):
    decay = decayed(params)
    penalty = alpha / 2 * sum(np.sum(params[name] ** 2) for name in decay)
    return penalty, {name: alpha * p if name in decay else 0 * p for name, p in params.items()}
