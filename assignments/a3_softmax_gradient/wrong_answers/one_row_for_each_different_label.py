# %% [markdown] fails=["test_dlogits::test_arguments_stay_as_they_are", "test_dlogits::test_repeated_batch", "test_dlogits::test_rows_sum_to_zero", "test_dlogits::test_small_integer_types", "test_dlogits::test_values", "test_linear_grads::test_arguments_stay_as_they_are", "test_linear_grads::test_repeated_batch", "test_linear_grads::test_ten_thousand_examples", "test_linear_grads::test_two_classes", "test_linear_grads::test_values", "test_one_hot::test_repeated_and_absent_classes"]
# Makes a set of the labels: those that repeat lose their rows.

# %% answer="one_hot"
def one_hot(labels, C):
    seen = []
    for label in labels:
        if label not in seen:
            seen.append(label)
    return np.eye(C)[seen]
