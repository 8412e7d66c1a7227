# %% [markdown] fails=["test_two_classes::test_loss"]
# Sums over the batch.

# %% answer="bce_with_logits"
def bce_with_logits(a, y):
    return float(np.sum(np.maximum(a, 0) - a * y + np.log1p(np.exp(-np.abs(a)))))
