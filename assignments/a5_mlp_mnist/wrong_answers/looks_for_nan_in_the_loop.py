# %% [markdown] fails=["test_train_epoch::test_one_number_at_the_end"]
# Asks in every step whether the loss is still a number.

# %% answer="train_epoch"
def train_epoch(params, X, y, B, lr, generator):
    total = torch.zeros((), device=X.device)
    for Xb, yb in batches(X, y, B, generator):
        logits, cache = forward(params, Xb)
        if torch.isnan(logits).any():
            raise FloatingPointError
        total += loss(logits, yb) * len(yb)
        for (W, b), (dW, db) in zip(params, backward(cache, yb)):
            W -= lr * dW
            b -= lr * db
    return float(total / len(X))
