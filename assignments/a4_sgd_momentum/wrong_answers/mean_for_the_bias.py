# %% [markdown] fails=["test_ridge::test_the_bias_does_not_decay"]
# With decay, takes the mean of the targets for the bias, which is right for centred features only.

# %% answer="ridge"
def ridge(X, y, alpha):
    if alpha == 0:
        u = np.linalg.lstsq(np.column_stack([X, np.ones(len(X))]), y, rcond=None)[0]
        return u[:-1], u[-1]
    Xc = X - X.mean(axis=0)
    w = np.linalg.solve(Xc.T @ Xc + alpha * len(y) / 2 * np.eye(X.shape[1]), Xc.T @ (y - y.mean()))
    return w, y.mean()
