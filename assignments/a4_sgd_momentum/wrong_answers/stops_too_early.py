# %% [markdown] fails=["test_ridge::test_least_squares", "test_ridge::test_with_decay", "test_ridge::test_the_bias_does_not_decay", "test_ridge::test_features_of_different_size"]
# Five steps and no look at the gradient.

# %% answer="ridge"
def ridge(X, y, alpha):
    N, D = X.shape
    X1 = np.column_stack([X, np.ones(N)])
    A = 2 / N * X1.T @ X1 + alpha * np.diag([1.0] * D + [0.0])
    lr = 1 / np.linalg.eigvalsh(A)[-1]
    u = np.zeros(D + 1)
    for _ in range(5):
        u = u - lr * (A @ u - 2 / N * X1.T @ y)
    return u[:-1], u[-1]
