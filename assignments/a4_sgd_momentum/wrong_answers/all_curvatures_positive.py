# %% [markdown] fails=["test_critical_rate::test_flat_and_single"]
# Divides by every curvature and refuses a flat direction.

# %% answer="critical_rate"
def critical_rate(A, tau=0.0, alpha=0.0):
    h = np.linalg.eigvalsh(A) + alpha
    if np.any(h <= 1e-12):
        raise ValueError("A is not positive definite")
    return 2 * (1 + tau) * np.min(1 / h)
