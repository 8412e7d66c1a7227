# %% [markdown] fails=["test_train_epoch::test_the_loss_before_the_step"]
# Measures each batch after it was trained on.

# %% answer="train_epoch"
def train_epoch(params, X, y, B, lr, generator):
    total = torch.zeros((), device=X.device)
    for Xb, yb in batches(X, y, B, generator):
        logits, cache = forward(params, Xb)
        for (W, b), (dW, db) in zip(params, backward(cache, yb)):
            W -= lr * dW
            b -= lr * db
        total += loss(forward(params, Xb)[0], yb) * len(yb)
    return float(total / len(X))
