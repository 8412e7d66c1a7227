# %% [markdown] fails=["test_softmax_jacobian::test_scores_stay_as_they_are"]
# Shifts the caller's vector in place.

# %% answer="softmax_jacobian"
def softmax_jacobian(z):
    z -= z.max()
    p = np.exp(z) / np.exp(z).sum()
    return np.diag(p) - np.outer(p, p)
