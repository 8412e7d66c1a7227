# %% [markdown] fails=["test_critical_rate::test_the_cliff_with_momentum"]
# Ignores the momentum.

# %% answer="critical_rate"
def critical_rate(A, tau=0.0, alpha=0.0):
    return 2 / (np.linalg.eigvalsh(A)[-1] + alpha)
