# %% [markdown] fails=["test_log_softmax::test_integer_scores"]
# Fills a copy of Z: integer scores cut the logarithms to integers.

# %% answer="log_softmax"
def log_softmax(Z):
    logs = Z.copy()
    for n, row in enumerate(Z):
        logs[n] = row - row.max() - np.log(np.sum(np.exp(row - row.max())))
    return logs
