# %% [markdown] fails=["test_cross_entropy::test_wrong_by_a_thousand", "test_linear_grads::test_scores_that_lie_far_apart", "test_log_softmax::test_tiny_probabilities", "test_soft_cross_entropy::test_hard_labels_and_large_scores"]
# Takes the logarithm of a probability that has become 0.

# %% answer="log_softmax"
def log_softmax(Z):
    with np.errstate(divide="ignore"):
        return np.log(softmax(Z))
