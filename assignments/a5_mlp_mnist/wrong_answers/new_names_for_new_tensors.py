# %% [markdown] fails=["test_train_epoch::test_one_batch", "test_train_epoch::test_a_step_for_each_batch", "test_train_epoch::test_the_loss_before_the_step", "test_train_epoch::test_the_generator_decides", "test_train_epoch::test_the_data_stay", "test_train_epoch::test_learns_by_heart"]
# W = W - ... gives a name to a new tensor, and params never hears of it.

# %% answer="train_epoch"
def train_epoch(params, X, y, B, lr, generator):
    total = torch.zeros((), device=X.device)
    for Xb, yb in batches(X, y, B, generator):
        logits, cache = forward(params, Xb)
        total += loss(logits, yb) * len(yb)
        for (W, b), (dW, db) in zip(params, backward(cache, yb)):
            W = W - lr * dW
            b = b - lr * db
    return float(total / len(X))
