# %% [markdown] fails=["test_evaluate::test_the_share", "test_evaluate::test_a_network", "test_evaluate::test_every_example_counts_once"]
# Forgets to divide by the number of examples.

# %% answer="evaluate"
def evaluate(params, X, y):
    with torch.no_grad():
        logits, _ = forward(params, X)
        return float((logits.argmax(dim=1) == y).sum())
