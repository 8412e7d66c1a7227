# %% [markdown] fails=["test_factor_per_step::test_real_roots", "test_factor_per_step::test_flat_direction"]
# Takes all roots for complex ones.

# %% answer="factor_per_step"
def factor_per_step(lr, h, tau=0.0):
    return float(np.sqrt(tau)) if tau > 0 else abs(1 - lr * h)
