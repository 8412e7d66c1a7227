# %% [markdown] fails=["test_linear_grads::test_repeated_batch", "test_linear_grads::test_ten_thousand_examples", "test_linear_grads::test_two_classes", "test_linear_grads::test_values"]
# Takes means of something that has been divided by N already.

# %% answer="linear_grads"
def linear_grads(X, W, b, labels):
    Z = X @ W.T + b
    dZ = dlogits(Z, labels)
    return cross_entropy(Z, labels), dZ.T @ X / len(X), dZ.mean(axis=0)
