# %% [markdown] fails=["test_linear_grads::test_ten_thousand_examples"]
# Loops over examples, classes and features: right, and a thousand times too slow.

# %% answer="linear_grads"
def linear_grads(X, W, b, labels):
    Z = X @ W.T + b
    dZ, dW = dlogits(Z, labels), np.zeros(W.shape)
    for n in range(len(X)):
        for i in range(len(W)):
            for j in range(X.shape[1]):
                dW[i, j] += dZ[n, i] * X[n, j]
    return cross_entropy(Z, labels), dW, dZ.sum(axis=0)
