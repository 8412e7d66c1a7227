# %% [markdown] fails=["test_evaluate::test_nothing_is_changed"]
# Takes a little step on the way.

# %% answer="evaluate"
def evaluate(params, X, y):
    with torch.no_grad():
        logits, cache = forward(params, X)
        for (W, b), (dW, db) in zip(params, backward(cache, y)):
            W -= 1e-4 * dW
        return float((logits.argmax(dim=1) == y).double().mean())
