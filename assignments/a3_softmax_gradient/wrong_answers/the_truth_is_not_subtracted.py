# %% [markdown] fails=["test_dlogits::test_arguments_stay_as_they_are", "test_dlogits::test_integer_scores", "test_dlogits::test_one_example", "test_dlogits::test_repeated_batch", "test_dlogits::test_rows_sum_to_zero", "test_dlogits::test_small_integer_types", "test_dlogits::test_values", "test_dlogits::test_wrong_by_a_thousand", "test_linear_grads::test_arguments_stay_as_they_are", "test_linear_grads::test_one_example", "test_linear_grads::test_repeated_batch", "test_linear_grads::test_scores_that_lie_far_apart", "test_linear_grads::test_ten_thousand_examples", "test_linear_grads::test_two_classes", "test_linear_grads::test_values"]
# Returns the probabilities, divided by N.

# %% answer="dlogits"
def dlogits(Z, labels):
    return softmax(Z) / len(Z)
