# %% [markdown] fails=["test_train_epoch::test_the_generator_decides"]
# Cuts the data as they lie.

# %% answer="train_epoch"
def train_epoch(params, X, y, B, lr, generator):
    total = torch.zeros((), device=X.device)
    for Xb, yb in zip(X.split(B), y.split(B)):
        logits, cache = forward(params, Xb)
        total += loss(logits, yb) * len(yb)
        for (W, b), (dW, db) in zip(params, backward(cache, yb)):
            W -= lr * dW
            b -= lr * db
    return float(total / len(X))
