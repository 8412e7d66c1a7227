# %% [markdown] fails=["test_train_epoch::test_a_step_for_each_batch", "test_train_epoch::test_the_loss_before_the_step", "test_train_epoch::test_the_generator_decides", "test_train_epoch::test_learns_by_heart"]
# Collects the gradients of all batches, and takes one step at the end.

# %% answer="train_epoch"
def train_epoch(params, X, y, B, lr, generator):
    total, sums = torch.zeros((), device=X.device), [(torch.zeros_like(W), torch.zeros_like(b)) for W, b in params]
    for Xb, yb in batches(X, y, B, generator):
        logits, cache = forward(params, Xb)
        total += loss(logits, yb) * len(yb)
        for (sW, sb), (dW, db) in zip(sums, backward(cache, yb)):
            sW += dW * len(yb) / len(X)
            sb += db * len(yb) / len(X)
    for (W, b), (sW, sb) in zip(params, sums):
        W -= lr * sW
        b -= lr * sb
    return float(total / len(X))
