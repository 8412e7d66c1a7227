# %% [markdown] fails=["test_l2::test_what_is_not_named_is_free", "test_l2::test_decay_decides"]
# Parameters that are not penalised have no entry in the gradients.

# %% answer="l2"
def l2(params, alpha, decay):
    penalty = alpha / 2 * sum(np.sum(params[name] ** 2) for name in decay)
    return penalty, {name: alpha * params[name] for name in decay}
