# %% [markdown] fails=["test_train_epoch::test_one_batch", "test_train_epoch::test_a_step_for_each_batch", "test_train_epoch::test_the_generator_decides", "test_train_epoch::test_the_data_stay", "test_train_epoch::test_learns_by_heart"]
# Puts new tensors into the list: who holds the old ones sees nothing.

# %% answer="train_epoch"
def train_epoch(params, X, y, B, lr, generator):
    total = torch.zeros((), device=X.device)
    for Xb, yb in batches(X, y, B, generator):
        logits, cache = forward(params, Xb)
        total += loss(logits, yb) * len(yb)
        grads = backward(cache, yb)
        params[:] = [(W - lr * dW, b - lr * db) for (W, b), (dW, db) in zip(params, grads)]
    return float(total / len(X))
