# %% [markdown] fails=["test_soft_cross_entropy::test_hard_labels_and_large_scores"]
# The loss is stable and the gradient is not: its probabilities are raw exponentials over their sum, inf/inf for large scores.

# %% answer="soft_cross_entropy"
def soft_cross_entropy(Z, Y, T=1.0):
    powers = np.exp(Z / T)
    P = powers / powers.sum(axis=1, keepdims=True)
    return -np.mean(np.sum(Y * log_softmax(Z / T), axis=1)), (P - Y) / len(Z) / T
