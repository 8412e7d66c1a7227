# %% [markdown] fails=["test_factor_per_step::test_complex_roots", "test_factor_per_step::test_real_roots", "test_factor_per_step::test_flat_direction"]
# Takes the coefficient 1 + tau - lr h for the factor.

# %% answer="factor_per_step"
def factor_per_step(lr, h, tau=0.0):
    return abs(1 + tau - lr * h)
