# %% [markdown] fails=["test_factor_per_step::test_complex_roots", "test_factor_per_step::test_real_roots"]
# Ignores the momentum.

# %% answer="factor_per_step"
def factor_per_step(lr, h, tau=0.0):
    return abs(1 - lr * h)
