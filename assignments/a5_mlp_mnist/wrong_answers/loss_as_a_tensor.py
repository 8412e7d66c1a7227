# %% [markdown] fails=["test_train_epoch::test_a_float"]
# Returns a tensor.

# %% answer="train_epoch"
def train_epoch(params, X, y, B, lr, generator):
    total = torch.zeros((), device=X.device)
    for Xb, yb in batches(X, y, B, generator):
        logits, cache = forward(params, Xb)
        total += loss(logits, yb) * len(yb)
        for (W, b), (dW, db) in zip(params, backward(cache, yb)):
            W -= lr * dW
            b -= lr * db
    return total / len(X)
