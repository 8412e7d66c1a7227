# %% [markdown] fails=["test_cross_entropy::test_value", "test_cross_entropy::test_wrong_by_a_thousand", "test_linear_grads::test_scores_that_lie_far_apart", "test_linear_grads::test_two_classes", "test_linear_grads::test_values", "test_log_softmax::test_large_scores", "test_log_softmax::test_rows_that_lie_far_apart", "test_log_softmax::test_tiny_probabilities", "test_log_softmax::test_values", "test_soft_cross_entropy::test_hard_labels_and_large_scores", "test_soft_cross_entropy::test_loss", "test_soft_cross_entropy::test_temperature"]
# Takes the maximum out of the sum and leaves it in the score.

# %% answer="log_softmax"
def log_softmax(Z):
    return Z - np.log(np.sum(np.exp(Z - np.max(Z, axis=1, keepdims=True)), axis=1, keepdims=True))
