# %% [markdown] fails=["test_softmax_jacobian::test_large_scores"]
# Works with the raw exponentials and the quotient rule: inf/inf for large scores.

# %% answer="softmax_jacobian"
def softmax_jacobian(z):
    e = np.exp(np.asarray(z))
    s = e.sum()
    return (np.diag(e) * s - np.outer(e, e)) / s**2
