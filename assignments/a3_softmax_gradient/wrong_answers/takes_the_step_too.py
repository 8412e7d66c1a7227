# %% [markdown] fails=["test_linear_grads::test_arguments_stay_as_they_are"]
# Updates the caller's weights on the way.

# %% answer="linear_grads"
def linear_grads(X, W, b, labels):
    Z = X @ W.T + b
    dZ = dlogits(Z, labels)
    loss, dW, db = cross_entropy(Z, labels), dZ.T @ X, dZ.sum(axis=0)
    W -= 0.1 * dW
    b -= 0.1 * db
    return loss, dW, db
