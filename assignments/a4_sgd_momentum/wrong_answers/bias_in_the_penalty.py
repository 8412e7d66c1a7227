# %% [markdown] fails=["test_ridge::test_the_bias_does_not_decay"]
# Appends a column of ones and decays every entry.

# %% answer="ridge"
def ridge(X, y, alpha):
    X1 = np.column_stack([X, np.ones(len(X))])
    A = X1.T @ X1 + alpha * len(X) / 2 * np.eye(X1.shape[1])
    u = np.linalg.solve(A, X1.T @ y)
    return u[:-1], u[-1]
