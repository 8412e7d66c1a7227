# %% [markdown] fails=["test_evaluate::test_the_share", "test_evaluate::test_a_network", "test_evaluate::test_every_example_counts_once"]
# A number from 0 to 100.

# %% answer="evaluate"
def evaluate(params, X, y):
    with torch.no_grad():
        logits, _ = forward(params, X)
        return 100 * float((logits.argmax(dim=1) == y).double().mean())
