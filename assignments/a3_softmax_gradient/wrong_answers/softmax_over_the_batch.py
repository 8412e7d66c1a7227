# %% [markdown] fails=["test_dlogits::test_repeated_batch", "test_dlogits::test_rows_sum_to_zero", "test_dlogits::test_values", "test_dlogits::test_wrong_by_a_thousand", "test_linear_grads::test_repeated_batch", "test_linear_grads::test_scores_that_lie_far_apart", "test_linear_grads::test_ten_thousand_examples", "test_linear_grads::test_two_classes", "test_linear_grads::test_values", "test_soft_cross_entropy::test_gradient", "test_softmax::test_one_row_and_one_class", "test_softmax::test_rows_that_lie_far_apart", "test_softmax::test_values", "test_softmax_jacobian::test_rows_and_columns_sum_to_zero", "test_softmax_jacobian::test_values", "test_through_jacobian::test_a_tiny_probability_cancels", "test_through_jacobian::test_prediction_minus_truth", "test_soft_cross_entropy::test_hard_labels_and_large_scores", "test_softmax_jacobian::test_one_and_two_classes", "test_soft_cross_entropy::test_temperature"]
# Sums over axis 0: probabilities over examples, as in the denominator on USC L4, p. 44.

# %% answer="softmax"
def softmax(Z):
    powers = np.exp(Z - np.max(Z, axis=0, keepdims=True))
    return powers / powers.sum(axis=0, keepdims=True)
