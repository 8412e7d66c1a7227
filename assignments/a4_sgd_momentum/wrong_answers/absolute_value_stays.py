# %% [markdown] fails=["test_l2::test_gradient"]
# Takes the |w| in |w|² along into the derivative: every weight is pushed the same way, whatever its sign.

# %% answer="l2"
def l2(params, alpha, decay):
    penalty = alpha / 2 * sum(np.sum(np.abs(params[name]) ** 2) for name in decay)
    return penalty, {name: alpha * np.abs(p) if name in decay else 0 * p for name, p in params.items()}
