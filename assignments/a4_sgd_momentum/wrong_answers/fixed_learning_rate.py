# %% [markdown] fails=["test_ridge::test_features_of_different_size"]
# A learning rate that was good for other data.

# %% answer="ridge"
def ridge(X, y, alpha):
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(3000):
        r = 2 / len(y) * (X @ w + b - y)
        w, b = np.clip(w - 0.1 * (X.T @ r + alpha * w), -1e6, 1e6), np.clip(b - 0.1 * np.sum(r), -1e6, 1e6)
    return w, b
