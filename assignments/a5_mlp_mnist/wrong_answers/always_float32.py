# %% [markdown] fails=["test_forward::test_the_type_stays"]
# Casts to the type of training.

# %% answer="forward"
def forward(params, X):
    X, params = X.float(), [(W.float(), b.float()) for W, b in params]
    activations = [X]
    for W, b in params[:-1]:
        activations.append(torch.relu(activations[-1] @ W.T + b))
    W, b = params[-1]
    activations.append(activations[-1] @ W.T + b)
    return activations[-1], (params, activations)
