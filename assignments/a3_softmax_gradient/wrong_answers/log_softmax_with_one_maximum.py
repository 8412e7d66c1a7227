# %% [markdown] fails=["test_cross_entropy::test_rows_that_lie_far_apart", "test_log_softmax::test_rows_that_lie_far_apart"]
# Subtracts the largest score of the whole batch.

# %% answer="log_softmax"
def log_softmax(Z):
    shifted = Z - np.max(Z)
    return shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
