# %% [markdown] fails=["test_ridge::test_with_decay"]
# The textbook's (X'X + alpha I): its loss is a sum, and its penalty has no half.

# %% answer="ridge"
def ridge(X, y, alpha):
    mean = X.mean(axis=0)
    w = np.linalg.solve((X - mean).T @ (X - mean) + alpha * np.eye(X.shape[1]), (X - mean).T @ (y - y.mean()))
    return w, y.mean() - w @ mean
