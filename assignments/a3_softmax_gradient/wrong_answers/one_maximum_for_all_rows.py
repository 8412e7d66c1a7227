# %% [markdown] fails=["test_softmax::test_rows_that_lie_far_apart"]
# Subtracts the largest score of the whole batch: a row 1600 below it becomes 0/0.

# %% answer="softmax"
def softmax(Z):
    powers = np.exp(Z - np.max(Z))
    return powers / powers.sum(axis=1, keepdims=True)
