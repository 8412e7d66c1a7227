# %% [markdown] fails=["test_dlogits::test_values", "test_dlogits::test_wrong_by_a_thousand", "test_linear_grads::test_scores_that_lie_far_apart", "test_linear_grads::test_two_classes", "test_linear_grads::test_values"]
# The sign of the gradient: training with it climbs.

# %% answer="dlogits"
def dlogits(Z, labels):
    return (one_hot(labels, Z.shape[1]) - softmax(Z)) / len(Z)
