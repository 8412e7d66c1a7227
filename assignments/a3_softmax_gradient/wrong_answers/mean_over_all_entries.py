# %% [markdown] fails=["test_cross_entropy::test_value", "test_cross_entropy::test_wrong_by_a_thousand", "test_linear_grads::test_scores_that_lie_far_apart", "test_linear_grads::test_two_classes", "test_linear_grads::test_values"]
# Multiplies with the one-hot labels and takes the mean over N times C entries.

# %% answer="cross_entropy"
def cross_entropy(Z, labels):
    return float(-np.mean(log_softmax(Z) * one_hot(labels, Z.shape[1])))
