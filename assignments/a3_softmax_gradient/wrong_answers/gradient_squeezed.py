# %% [markdown] fails=["test_dlogits::test_one_example", "test_dlogits::test_wrong_by_a_thousand", "test_linear_grads::test_one_example", "test_linear_grads::test_scores_that_lie_far_apart"]
# Drops axes of length one on the way out.

# %% answer="dlogits"
def dlogits(Z, labels):
    return np.squeeze((softmax(Z) - one_hot(labels, Z.shape[1])) / len(Z))
