# %% [markdown] fails=["test_evaluate::test_the_surroundings"]
# Switches gradients off, for the rest of the notebook.

# %% answer="evaluate"
def evaluate(params, X, y):
    torch.set_grad_enabled(False)
    return float((forward(params, X)[0].argmax(dim=1) == y).double().mean())
