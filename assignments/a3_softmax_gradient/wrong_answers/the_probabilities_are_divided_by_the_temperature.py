# %% [markdown] fails=["test_soft_cross_entropy::test_temperature"]
# Divides the log-probabilities by T instead of the scores.

# %% answer="soft_cross_entropy"
def soft_cross_entropy(Z, Y, T=1.0):
    return float(-np.sum(Y * log_softmax(Z) / T) / len(Z)), (softmax(Z) - Y) / len(Z) / T
