# %% [markdown] fails=["test_dlogits::test_values", "test_dlogits::test_wrong_by_a_thousand", "test_linear_grads::test_scores_that_lie_far_apart", "test_linear_grads::test_two_classes", "test_linear_grads::test_values", "test_one_hot::test_one_in_each_row", "test_one_hot::test_repeated_and_absent_classes", "test_one_hot::test_small_integer_types"]
# Counts labels from 1, as Rice ML II does.

# %% answer="one_hot"
def one_hot(labels, C):
    return np.eye(C)[np.asarray(labels).astype(int) - 1]
