# %% [markdown] fails=["test_loop_grads::test_values", "test_loop_grads::test_one_example"]
# Adds to db inside the innermost loop, once for each feature.

# %% answer="loop_grads"
def loop_grads(X, dZ):
    dW, db = np.zeros((dZ.shape[1], X.shape[1])), np.zeros(dZ.shape[1])
    for n in range(len(X)):
        for i in range(dZ.shape[1]):
            for j in range(X.shape[1]):
                db[i] += dZ[n, i]
                dW[i, j] += dZ[n, i] * X[n, j]
    return dW, db
