# %% [markdown] fails=["test_cross_entropy::test_wrong_by_a_thousand", "test_linear_grads::test_scores_that_lie_far_apart", "test_log_softmax::test_tiny_probabilities", "test_soft_cross_entropy::test_hard_labels_and_large_scores"]
# Clips the probabilities at 1e-12: no loss is larger than 27.6.

# %% answer="log_softmax"
def log_softmax(Z):
    return np.log(np.clip(softmax(Z), 1e-12, 1.0))
