# %% [markdown] fails=["test_evaluate::test_a_float"]
# Returns a tensor.

# %% answer="evaluate"
def evaluate(params, X, y):
    with torch.no_grad():
        logits, _ = forward(params, X)
        return (logits.argmax(dim=1) == y).double().mean()
