# %% [markdown] fails=["test_forward::test_nothing_is_changed", "test_evaluate::test_nothing_is_changed"]
# Clears X when it is done with it, to save memory: X belongs to the caller.

# %% answer="forward"
def forward(params, X):
    activations = [X.clone()]
    X.zero_()
    for W, b in params[:-1]:
        activations.append(torch.relu(activations[-1] @ W.T + b))
    W, b = params[-1]
    activations.append(activations[-1] @ W.T + b)
    return activations[-1], (params, activations)
