# %% [markdown] fails=["test_critical_rate::test_the_steepest_direction", "test_critical_rate::test_the_cliff", "test_critical_rate::test_the_cliff_with_momentum", "test_critical_rate::test_flat_and_single"]
# 1/L, the rate that is safe, not the largest one.

# %% answer="critical_rate"
def critical_rate(A, tau=0.0, alpha=0.0):
    return (1 + tau) / (np.linalg.eigvalsh(A)[-1] + alpha)
