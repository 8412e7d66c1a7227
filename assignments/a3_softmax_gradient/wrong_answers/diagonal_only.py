# %% [markdown] fails=["test_softmax_jacobian::test_rows_and_columns_sum_to_zero", "test_softmax_jacobian::test_values", "test_through_jacobian::test_a_tiny_probability_cancels", "test_through_jacobian::test_prediction_minus_truth", "test_softmax_jacobian::test_one_and_two_classes"]
# Each score moves its own probability and no other: p (1 - p) on the diagonal, zeros elsewhere.

# %% answer="softmax_jacobian"
def softmax_jacobian(z):
    p = softmax(np.reshape(z, (1, -1)))[0]
    return np.diag(p * (1 - p))
