# %% [markdown] fails=["test_cross_entropy::test_repeated_batch", "test_cross_entropy::test_value", "test_linear_grads::test_repeated_batch", "test_linear_grads::test_ten_thousand_examples", "test_linear_grads::test_two_classes", "test_linear_grads::test_values"]
# Sums over the batch, as Rice ML II does.

# %% answer="cross_entropy"
def cross_entropy(Z, labels):
    return float(-np.sum(log_softmax(Z)[np.arange(len(labels)), labels]))
