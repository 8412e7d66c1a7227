# %% [markdown] fails=["test_soft_cross_entropy::test_gradient", "test_soft_cross_entropy::test_temperature"]
# Forgets the 1/N in the gradient.

# %% answer="soft_cross_entropy"
def soft_cross_entropy(Z, Y, T=1.0):
    return float(-np.sum(Y * log_softmax(Z / T)) / len(Z)), (softmax(Z / T) - Y) / T
