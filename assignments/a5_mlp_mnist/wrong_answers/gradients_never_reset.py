# %% [markdown] fails=["test_train_epoch::test_a_step_for_each_batch", "test_train_epoch::test_the_loss_before_the_step", "test_train_epoch::test_learns_by_heart"]
# Adds each gradient to those of the batches before.

# %% answer="train_epoch"
def train_epoch(params, X, y, B, lr, generator):
    total = torch.zeros((), device=X.device)
    sums = [(torch.zeros_like(W), torch.zeros_like(b)) for W, b in params]
    for Xb, yb in batches(X, y, B, generator):
        logits, cache = forward(params, Xb)
        total += loss(logits, yb) * len(yb)
        for (W, b), (sW, sb), (dW, db) in zip(params, sums, backward(cache, yb)):
            sW += dW
            sb += db
            W -= lr * sW
            b -= lr * sb
    return float(total / len(X))
