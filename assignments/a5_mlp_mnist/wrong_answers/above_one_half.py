# %% [markdown] fails=["test_evaluate::test_the_share", "test_evaluate::test_a_network"]
# Counts an example as right when its probability is above one half.

# %% answer="evaluate"
def evaluate(params, X, y):
    with torch.no_grad():
        logits, _ = forward(params, X)
        return float((torch.softmax(logits, dim=1)[torch.arange(len(y)), y] > 0.5).double().mean())
