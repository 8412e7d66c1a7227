# %% [markdown] fails=["test_soft_cross_entropy::test_hard_labels_and_large_scores"]
# Multiplies the labels with log(0): 0 times -inf is nan.

# %% answer="soft_cross_entropy"
def soft_cross_entropy(Z, Y, T=1.0):
    with np.errstate(divide="ignore", invalid="ignore"):
        loss = -np.sum(Y * np.log(softmax(Z / T))) / len(Z)
    return float(loss), (softmax(Z / T) - Y) / len(Z) / T
