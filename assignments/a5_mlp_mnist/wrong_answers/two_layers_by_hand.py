# %% [markdown] fails=["test_backward::test_one_layer", "test_backward::test_any_number_of_layers", "test_train_epoch::test_learns_by_heart"]
# Has two formulas, for two layers.

# %% answer="backward"
def backward(cache, y):
    ((W1, b1), (W2, b2)), (X, A, logits) = cache
    delta = (torch.softmax(logits, dim=1) - F.one_hot(y, logits.shape[1])) / len(y)
    below = (delta @ W2) * (A > 0)
    return [(below.T @ X, below.sum(dim=0)), (delta.T @ A, delta.sum(dim=0))]
