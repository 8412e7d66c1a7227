# %% [markdown] fails=["test_soft_cross_entropy::test_temperature"]
# Divides the scores by T and forgets that the chain rule does, too.

# %% answer="soft_cross_entropy"
def soft_cross_entropy(Z, Y, T=1.0):
    return float(-np.sum(Y * log_softmax(Z / T)) / len(Z)), (softmax(Z / T) - Y) / len(Z)
