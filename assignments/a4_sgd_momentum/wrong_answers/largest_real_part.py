# %% [markdown] fails=["test_factor_per_step::test_without_momentum", "test_factor_per_step::test_complex_roots", "test_factor_per_step::test_real_roots"]
# Takes the largest real part: a root of -1.2 counts as less than one of 0.3.

# %% answer="factor_per_step"
def factor_per_step(lr, h, tau=0.0):
    roots = np.roots([1.0, -(1 + tau - lr * h), tau])
    return float(np.max(roots.real))
