# %% [markdown] fails=["test_train_epoch::test_the_data_stay"]
# X -= X.mean() changes the caller's images, again in every epoch.

# %% answer="train_epoch"
def train_epoch(params, X, y, B, lr, generator):
    X -= 1e-12 * X.mean()
    total = torch.zeros((), device=X.device)
    for Xb, yb in batches(X, y, B, generator):
        logits, cache = forward(params, Xb)
        total += loss(logits, yb) * len(yb)
        for (W, b), (dW, db) in zip(params, backward(cache, yb)):
            W -= lr * dW
            b -= lr * db
    return float(total / len(X))
