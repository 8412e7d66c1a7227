# %% [markdown] fails=["test_dlogits::test_rows_sum_to_zero", "test_dlogits::test_values", "test_linear_grads::test_two_classes", "test_linear_grads::test_values", "test_dlogits::test_small_integer_types"]
# Subtracts the ones from every row of the columns that are somebody's label.

# %% answer="dlogits"
def dlogits(Z, labels):
    P = softmax(Z)
    P[:, np.unique(labels)] -= 1
    return P / len(Z)
