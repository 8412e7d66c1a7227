# %% [markdown] fails=["test_dlogits::test_arguments_stay_as_they_are", "test_dlogits::test_repeated_batch", "test_dlogits::test_rows_sum_to_zero", "test_one_hot::test_repeated_and_absent_classes"]
# Takes the number of classes from the labels instead of the argument.

# %% answer="one_hot"
def one_hot(labels, C):
    return np.eye(np.max(labels).astype(int) + 1)[labels]
