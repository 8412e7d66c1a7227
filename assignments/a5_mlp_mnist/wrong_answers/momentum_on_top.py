# %% [markdown] fails=["test_train_epoch::test_a_step_for_each_batch", "test_train_epoch::test_the_loss_before_the_step", "test_train_epoch::test_learns_by_heart"]
# Remembers nine tenths of the last step: good, and not plain SGD.

# %% answer="train_epoch"
def train_epoch(params, X, y, B, lr, generator):
    total = torch.zeros((), device=X.device)
    velocities = [(torch.zeros_like(W), torch.zeros_like(b)) for W, b in params]
    for Xb, yb in batches(X, y, B, generator):
        logits, cache = forward(params, Xb)
        total += loss(logits, yb) * len(yb)
        for (W, b), (vW, vb), (dW, db) in zip(params, velocities, backward(cache, yb)):
            vW.mul_(0.9).add_(dW)
            vb.mul_(0.9).add_(db)
            W -= lr * vW
            b -= lr * vb
    return float(total / len(X))
