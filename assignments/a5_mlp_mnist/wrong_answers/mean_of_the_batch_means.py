# %% [markdown] fails=["test_train_epoch::test_the_loss_of_the_examples"]
# Averages the losses of the batches, whatever their size.

# %% answer="train_epoch"
def train_epoch(params, X, y, B, lr, generator):
    losses = []
    for Xb, yb in batches(X, y, B, generator):
        logits, cache = forward(params, Xb)
        losses.append(loss(logits, yb))
        for (W, b), (dW, db) in zip(params, backward(cache, yb)):
            W -= lr * dW
            b -= lr * db
    return float(torch.stack(losses).mean())
