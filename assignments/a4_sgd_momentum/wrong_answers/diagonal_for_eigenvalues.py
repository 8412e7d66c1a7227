# %% [markdown] fails=["test_critical_rate::test_the_cliff"]
# Reads the curvatures off the diagonal.

# %% answer="critical_rate"
def critical_rate(A, tau=0.0, alpha=0.0):
    return 2 * (1 + tau) / (np.max(np.diag(A)) + alpha)
