# %% [markdown] fails=["test_evaluate::test_the_surroundings"]
# Switches gradients on afterwards, also for somebody who had switched them off.

# %% answer="evaluate"
def evaluate(params, X, y):
    torch.set_grad_enabled(False)
    accuracy = float((forward(params, X)[0].argmax(dim=1) == y).double().mean())
    torch.set_grad_enabled(True)
    return accuracy
