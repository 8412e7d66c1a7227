# %% [markdown] fails=["test_loop_grads::test_values"]
# Takes a mean of something that has been divided by N already.

# %% answer="loop_grads"
def loop_grads(X, dZ):
    dW, db = np.zeros((dZ.shape[1], X.shape[1])), np.zeros(dZ.shape[1])
    for x, row in zip(X, dZ):
        dW += np.outer(row, x) / len(X)
        db += row / len(X)
    return dW, db
