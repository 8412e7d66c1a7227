# %% [markdown] fails=["test_cross_entropy::test_wrong_by_a_thousand", "test_linear_grads::test_scores_that_lie_far_apart"]
# log(p + 1e-12): no loss is larger than 27.6.

# %% answer="cross_entropy"
def cross_entropy(Z, labels):
    p = softmax(Z)[np.arange(len(labels)), labels]
    return float(-np.mean(np.log(p + 1e-12)))
