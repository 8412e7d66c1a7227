# %% [markdown] fails=["test_cross_entropy::test_value", "test_cross_entropy::test_wrong_by_a_thousand", "test_linear_grads::test_scores_that_lie_far_apart", "test_linear_grads::test_two_classes", "test_linear_grads::test_values"]
# The mean log-likelihood: higher is better, which nobody told the optimizer.

# %% answer="cross_entropy"
def cross_entropy(Z, labels):
    return float(np.mean(log_softmax(Z)[np.arange(len(labels)), labels]))
