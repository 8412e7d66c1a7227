# %% [markdown] fails=["test_soft_cross_entropy::test_loss", "test_soft_cross_entropy::test_temperature", "test_soft_cross_entropy::test_hard_labels_and_large_scores"]
# The mean over N times C entries, in the loss.

# %% answer="soft_cross_entropy"
def soft_cross_entropy(Z, Y, T=1.0):
    return float(-np.mean(Y * log_softmax(Z / T))), (softmax(Z / T) - Y) / len(Z) / T
