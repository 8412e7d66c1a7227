# %% [markdown] fails=["test_ridge::test_least_squares", "test_ridge::test_the_bias_does_not_decay", "test_ridge::test_features_of_different_size"]
# Has no bias: every fit passes through the origin.

# %% answer="ridge"
def ridge(X, y, alpha):
    w = np.linalg.solve(X.T @ X + alpha * len(y) / 2 * np.eye(X.shape[1]), X.T @ y)
    return w, 0.0
