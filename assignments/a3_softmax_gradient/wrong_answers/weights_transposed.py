# %% [markdown] fails=["test_linear_grads::test_one_example", "test_linear_grads::test_repeated_batch", "test_linear_grads::test_scores_that_lie_far_apart", "test_linear_grads::test_ten_thousand_examples", "test_linear_grads::test_two_classes", "test_linear_grads::test_values"]
# Returns dW in the shape (D, C), which fits when there are as many features as classes.

# %% answer="linear_grads"
def linear_grads(X, W, b, labels):
    Z = X @ W.T + b
    dZ = dlogits(Z, labels)
    return cross_entropy(Z, labels), X.T @ dZ, dZ.sum(axis=0)
