# %% [markdown] fails=["test_linear_grads::test_repeated_batch", "test_linear_grads::test_ten_thousand_examples", "test_linear_grads::test_two_classes", "test_linear_grads::test_values"]
# The loss is a mean and the gradients are sums.

# %% answer="linear_grads"
def linear_grads(X, W, b, labels):
    Z = X @ W.T + b
    dZ = softmax(Z) - one_hot(labels, len(W))
    return cross_entropy(Z, labels), dZ.T @ X, dZ.sum(axis=0)
