# %% [markdown] fails=["test_evaluate::test_every_example_counts_once"]
# Averages the accuracies of batches of 500, whatever their size.

# %% answer="evaluate"
def evaluate(params, X, y):
    with torch.no_grad():
        shares = [
            (forward(params, Xb)[0].argmax(dim=1) == yb).double().mean() for Xb, yb in zip(X.split(500), y.split(500))
        ]
        return float(torch.stack(shares).mean())
