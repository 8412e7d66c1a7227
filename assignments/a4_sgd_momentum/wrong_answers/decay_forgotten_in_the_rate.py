# %% [markdown] fails=["test_critical_rate::test_the_cliff_with_decay"]
# Forgets that decay makes every direction steeper.

# %% answer="critical_rate"
def critical_rate(A, tau=0.0, alpha=0.0):
    return 2 * (1 + tau) / np.linalg.eigvalsh(A)[-1]
