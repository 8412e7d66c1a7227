# %% [markdown] fails=["test_critical_rate::test_the_cliff_with_momentum"]
# Believes that steps ten times as long allow a tenth of the rate.

# %% answer="critical_rate"
def critical_rate(A, tau=0.0, alpha=0.0):
    return 2 * (1 - tau) / (np.linalg.eigvalsh(A)[-1] + alpha)
