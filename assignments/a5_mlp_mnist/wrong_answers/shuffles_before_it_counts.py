# %% [markdown] fails=["test_evaluate::test_the_surroundings"]
# Shuffles first, with the global random numbers; the share is the same, and the numbers are not.

# %% answer="evaluate"
def evaluate(params, X, y):
    with torch.no_grad():
        index = torch.randperm(len(X))
        X, y = X[index], y[index]
        logits, _ = forward(params, X)
        return float((logits.argmax(dim=1) == y).double().mean())
