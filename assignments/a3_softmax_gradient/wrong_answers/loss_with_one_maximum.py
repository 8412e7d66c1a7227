# %% [markdown] fails=["test_cross_entropy::test_rows_that_lie_far_apart"]
# log-sum-exp with the largest score of the whole batch.

# %% answer="cross_entropy"
def cross_entropy(Z, labels):
    m = np.max(Z)
    logs = m + np.log(np.sum(np.exp(Z - m), axis=1))
    return float(np.mean(logs - Z[np.arange(len(labels)), labels]))
