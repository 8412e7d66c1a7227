# %% [markdown] fails=["test_l2::test_params_stay_as_they_are"]
# Computes the gradient in the caller's arrays.

# %% answer="l2"
def l2(params, alpha, decay):
    penalty = alpha / 2 * sum(np.sum(params[name] ** 2) for name in decay)
    for name in params:
        params[name] *= alpha if name in decay else 0.0
    return penalty, params
