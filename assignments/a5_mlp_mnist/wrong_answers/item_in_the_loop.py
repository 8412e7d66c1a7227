# %% [markdown] fails=["test_train_epoch::test_one_number_at_the_end"]
# Reads the loss in every step: the GPU stops each time.

# %% answer="train_epoch"
def train_epoch(params, X, y, B, lr, generator):
    total = 0.0
    for Xb, yb in batches(X, y, B, generator):
        logits, cache = forward(params, Xb)
        total += loss(logits, yb).item() * len(yb)
        for (W, b), (dW, db) in zip(params, backward(cache, yb)):
            W -= lr * dW
            b -= lr * db
    return float(total / len(X))
