# %% [markdown] fails=["test_critical_rate::test_the_steepest_direction", "test_critical_rate::test_the_cliff", "test_critical_rate::test_the_cliff_with_momentum"]
# The sum of all curvatures: safe, and too careful.

# %% answer="critical_rate"
def critical_rate(A, tau=0.0, alpha=0.0):
    return 2 * (1 + tau) / (np.trace(A) + alpha * len(A))
