# %% [markdown] fails=["test_dlogits::test_wrong_by_a_thousand", "test_linear_grads::test_scores_that_lie_far_apart", "test_softmax::test_large_scores", "test_softmax::test_rows_that_lie_far_apart", "test_softmax_jacobian::test_large_scores", "test_soft_cross_entropy::test_hard_labels_and_large_scores"]
# Exponentiates the raw scores: e^1000 is inf, and inf/inf is nan.

# %% answer="softmax"
def softmax(Z):
    powers = np.exp(Z)
    return powers / powers.sum(axis=1, keepdims=True)
