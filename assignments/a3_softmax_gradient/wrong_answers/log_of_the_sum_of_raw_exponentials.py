# %% [markdown] fails=["test_cross_entropy::test_rows_that_lie_far_apart", "test_cross_entropy::test_wrong_by_a_thousand", "test_linear_grads::test_scores_that_lie_far_apart", "test_log_softmax::test_large_scores", "test_log_softmax::test_rows_that_lie_far_apart", "test_soft_cross_entropy::test_hard_labels_and_large_scores"]
# Splits the logarithm and forgets the maximum: log(inf) for large scores, log(0) for small ones.

# %% answer="log_softmax"
def log_softmax(Z):
    return Z - np.log(np.sum(np.exp(Z), axis=1, keepdims=True))
