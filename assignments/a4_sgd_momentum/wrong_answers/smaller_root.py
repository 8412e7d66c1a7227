# %% [markdown] fails=["test_factor_per_step::test_without_momentum", "test_factor_per_step::test_real_roots", "test_factor_per_step::test_flat_direction"]
# The root that dies out first instead of the one that stays.

# %% answer="factor_per_step"
def factor_per_step(lr, h, tau=0.0):
    roots = np.roots([1.0, -(1 + tau - lr * h), tau])
    return float(np.min(np.abs(roots)))
